/**
 * What is seen and heard in a recording, judged on small pictures and short pieces of sound: black, frozen, silent; how far pictures are apart;
 * whether a clock runs in them; where
 * the storyboard has its pictures; how loud it is when. Start reading at {@link
 * org.liuhen.ingest.media.looks.PictureWatch}. Nothing here knows FFmpeg, which hands the pictures and sounds in ({@code
 * ingest.media.ffmpeg.Looks}). Memory is bounded however long a recording is. One thread.
 *
 * <p>Files: {@code storyboard.vtt} (WebVTT, a rectangle of a sheet for each span of time) and {@code waveform.json}.
 */
@NullMarked
package org.liuhen.ingest.media.looks;

import org.jspecify.annotations.NullMarked;
