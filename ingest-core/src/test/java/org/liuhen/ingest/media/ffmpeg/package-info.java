/** Tests of the parts that need no FFmpeg, so that they can run in this process. */
@NullMarked
package org.liuhen.ingest.media.ffmpeg;

import org.jspecify.annotations.NullMarked;
