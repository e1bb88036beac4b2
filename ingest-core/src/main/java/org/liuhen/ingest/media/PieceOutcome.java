package org.liuhen.ingest.media;

/** What came of planning how a recording is played, or of making a segment of it. */
public sealed interface PieceOutcome {
    /** What was asked for lies in the folder. */
    record Made() implements PieceOutcome {}

    /**
     * The recording does not permit it.
     *
     * @param why a sentence for people
     */
    record NotMade(String why) implements PieceOutcome {}

    /**
     * It did not come to an end: the child died, or the machine could not. It may be tried again.
     *
     * @param how a sentence for people
     */
    record Died(String how) implements PieceOutcome {}

    /** This program is closing. */
    record Stopped() implements PieceOutcome {}
}
