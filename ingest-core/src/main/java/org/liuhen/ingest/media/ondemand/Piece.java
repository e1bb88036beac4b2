package org.liuhen.ingest.media.ondemand;

import java.nio.file.Path;

/** What came of asking for something that is made on demand. */
public sealed interface Piece {
    /** It is there. */
    record Made(Path file) implements Piece {}

    /** The playlist has no such name. */
    record Unknown() implements Piece {}

    /**
     * The recording does not permit it.
     *
     * @param why a sentence for people
     */
    record NotMade(String why) implements Piece {}

    /**
     * Not now; it may be asked for again.
     *
     * @param why a sentence for people
     */
    record Busy(String why) implements Piece {}
}
