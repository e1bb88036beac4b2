package org.liuhen.ingest.media.ffmpeg;

/** Says that the pictures or the sound could not be taken through the way that was tried. */
final class StreamFailed extends Exception {
    private final boolean pictures;

    /** @param pictures whether it is the pictures; otherwise the sound */
    StreamFailed(boolean pictures, String message) {
        super(message);
        this.pictures = pictures;
    }

    StreamFailed(boolean pictures, Exception cause) {
        super(cause.getMessage(), cause);
        this.pictures = pictures;
    }

    boolean ofPictures() {
        return pictures;
    }
}
