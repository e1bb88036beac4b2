/**
 * Everything that touches FFmpeg, by JavaCV's presets. It runs only in child processes, never in the server: decoding
 * files from outside is the most dangerous thing there is, and a crash of native code takes its process with it.
 *
 * <p>Start reading at {@link org.liuhen.ingest.media.ffmpeg.ChildMain}, the program, then {@link
 * org.liuhen.ingest.media.ffmpeg.Rendering}, its main verb. One thread apart from FFmpeg's own. Only the low-level API
 * is used; it does without libavdevice and the desktop libraries that needs. Input is opened with lists of allowed
 * demuxers and protocols, see {@link org.liuhen.ingest.media.ffmpeg.MediaFile}. A child does one
 * order after another ({@link org.liuhen.ingest.media.ffmpeg.Orders}), so nothing may be left open by one for the next;
 * it works in its current folder, speaks on standard output in lines ({@code ready}; {@code progress SECONDS}, finally
 * {@code result JSON}) and ends when its standard input does.
 */
@NullMarked
package org.liuhen.ingest.media.ffmpeg;

import org.jspecify.annotations.NullMarked;
