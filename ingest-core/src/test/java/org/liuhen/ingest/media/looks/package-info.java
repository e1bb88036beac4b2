/** Tests of what is seen and heard in a recording. */
@NullMarked
package org.liuhen.ingest.media.looks;

import org.jspecify.annotations.NullMarked;
