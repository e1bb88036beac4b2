package org.liuhen.ingest.media;

import java.time.Instant;

/** What comes of capturing a camera, one after the other: any number of runs, each begun and then piece by piece. */
public sealed interface Captured {
    /**
     * A run without a gap begins; the run before, if there was one, has ended.
     *
     * @param from when its first picture was there, by this machine's clock
     * @param container {@code mp4}, or {@code mov} where MP4 cannot hold the sound as it came
     * @param streams what is recorded and what could not be, for people
     */
    record RunBegun(Instant from, String container, String streams) implements Captured {}

    /**
     * The next piece of the run. The first holds what makes all of them playable.
     *
     * @param to when its last picture was there
     */
    record Piece(Instant to, byte[] bytes) implements Captured {}

    /** @param why the camera sends no more, for people */
    record Ended(String why) implements Captured {}
}
