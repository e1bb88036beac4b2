package org.liuhen.ingest.media.ffmpeg;

/** What is done with a stream. */
enum Way {
    COPY,
    ENCODE,
    LEAVE_OUT;

    /** The way to try when this one has failed. */
    Way next() {
        return this == COPY ? ENCODE : LEAVE_OUT;
    }
}
