/**
 * Playing recordings that no browser plays as they are, without a second copy of them: each segment is made when somebody
 * asks for it. Start reading at {@link org.liuhen.ingest.media.ondemand.OnDemand}; what a child process does is in {@code
 * ingest.media.ffmpeg}, from {@code Planning} and {@code SegmentMaker}; the file they share is {@link
 * org.liuhen.ingest.media.playback.SegmentPlan}. Callers' threads do the work, one at a time for each recording; one
 * thread of its own makes ahead. Files lie in one folder that can be thrown away at any time.
 */
@NullMarked
package org.liuhen.ingest.media.ondemand;

import org.jspecify.annotations.NullMarked;
