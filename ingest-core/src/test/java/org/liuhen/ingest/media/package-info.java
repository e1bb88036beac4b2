/** Tests of media work, each with real child processes. */
@NullMarked
package org.liuhen.ingest.media;

import org.jspecify.annotations.NullMarked;
