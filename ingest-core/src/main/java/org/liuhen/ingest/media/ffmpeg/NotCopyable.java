package org.liuhen.ingest.media.ffmpeg;

/** Says that a stream turned out not to be fit for repackaging, so that it has to be encoded again. */
final class NotCopyable extends Exception {
    NotCopyable(String message) {
        super(message);
    }

    NotCopyable(String message, Throwable cause) {
        super(message, cause);
    }
}
