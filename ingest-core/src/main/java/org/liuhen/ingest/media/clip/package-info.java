/**
 * What a clip is to be, and what people draw over it: parts of recordings, boxes that hide what is in them, spans of sound
 * that are muted or disguised. Plain Java without FFmpeg, so that it can be tested with pictures made of numbers; the
 * children of {@code ingest.media.ffmpeg} do the cutting. Start reading at {@link org.liuhen.ingest.media.clip.ClipOrder}.
 * Values, and single-threaded workers where a class says so. No files.
 */
@NullMarked
package org.liuhen.ingest.media.clip;

import org.jspecify.annotations.NullMarked;
