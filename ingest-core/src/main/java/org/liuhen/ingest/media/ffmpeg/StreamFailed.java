package org.liuhen.ingest.media.ffmpeg;

/** Says that the pictures or the sound could not be taken through the way that was tried. */
final class StreamFailed extends Exception {
    private final boolean pictures;
    private final boolean certain;

    /** @param pictures whether it is the pictures; otherwise the sound */
    StreamFailed(boolean pictures, String message) {
        super(message);
        this.pictures = pictures;
        this.certain = true;
    }

    StreamFailed(boolean pictures, Exception cause) {
        this(pictures, cause, true);
    }

    /** @param certain false if what was written of the other stream may have been refused */
    StreamFailed(boolean pictures, Exception cause, boolean certain) {
        super(cause.getMessage(), cause);
        this.pictures = pictures;
        this.certain = certain;
    }

    boolean ofPictures() {
        return pictures;
    }

    /** Whether it is this stream for sure. */
    boolean isCertain() {
        return certain;
    }
}
