package org.liuhen.ingest.media.playback;

/** The file cannot be played straight from where it lies: not of this kind, damaged, or nothing for a browser. */
final class NotIndexed extends Exception {
    private static final long serialVersionUID = 1;

    /** @param why for the log */
    NotIndexed(String why) {
        super(why);
    }
}
