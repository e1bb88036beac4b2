/** Tests of playing originals as they are. */
@NullMarked
package org.liuhen.ingest.media.playback;

import org.jspecify.annotations.NullMarked;
