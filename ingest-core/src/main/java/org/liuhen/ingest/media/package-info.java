/**
 * Media work: what is done with an original after it was sealed, so that people can look at it. Start reading at {@link
 * org.liuhen.ingest.media.MediaJobs}, which takes jobs from the catalog and commits what came of them; {@link
 * org.liuhen.ingest.media.MediaTools} does the work, each piece in a child process with limits ({@link
 * org.liuhen.ingest.media.ChildLauncher}); {@link org.liuhen.ingest.media.Renditions} keeps the results. What browsers play is not
 * copied but put together from the original, see {@link org.liuhen.ingest.media.playback}.
 *
 * <p>Threads: {@code liuhen-media-n}, one for each child that may run at once. Files: {@code
 * renditions/yyyy/mm/dd/<id>/} with {@code index.m3u8}, {@code init.mp4}, {@code segment-00000.m4s} and on, {@code
 * poster.jpg}, {@code low.m3u8} with its pieces, {@code master.m3u8}, {@code
 * storyboard.vtt} with its sheets, {@code waveform.json}; {@code renditions/making/} is what is under way. All of it can be dropped and made again.
 */
@NullMarked
package org.liuhen.ingest.media;

import org.jspecify.annotations.NullMarked;
