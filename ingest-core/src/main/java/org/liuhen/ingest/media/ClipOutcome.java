package org.liuhen.ingest.media;

/** What came of cutting an excerpt. */
public sealed interface ClipOutcome {
    /**
     * The excerpt is there.
     *
     * @param fromSeconds where it really begins, at or before what was asked for
     * @param toSeconds where it really ends
     * @param repackaged whether nothing had to be encoded again
     */
    record Cut(double fromSeconds, double toSeconds, boolean repackaged) implements ClipOutcome {
        public ClipReport report() {
            return ClipReport.atKeyPictures(fromSeconds, toSeconds, repackaged);
        }
    }

    /** The clip is there, cut to the very picture. */
    record Made(ClipReport report) implements ClipOutcome {}

    /**
     * There is none.
     *
     * @param why a sentence for people
     */
    record NotCut(String why) implements ClipOutcome {}
}
