package org.liuhen.ingest.media.playback;

/** How much of a file from outside is looked at, at most. */
final class Limits {
    /** Five hours are about 20 MiB at worst. The server's whole heap is 256 MiB. */
    static final int MOST_MOVIE_BYTES = 24 << 20;

    static final int MOST_FRAGMENT_BYTES = 8 << 20;
    static final int MOST_TRACKS = 64;
    /** Of one track, six hours of sound; each takes 24 bytes of memory. */
    static final int MOST_SAMPLES = 1_000_000;

    static final int MOST_SAMPLE_BYTES = 64 << 20;
    /** In one segment or excerpt; its head takes up to 40 bytes for each. */
    static final int MOST_SAMPLES_AT_ONCE = 100_000;

    static final int MOST_SEGMENTS = 30_000;
    static final long MOST_SEGMENT_BYTES = 1L << 30;
    /** Boxes at the top of a file: a fragment of a second has two. */
    static final int MOST_BOXES = 1_000_000;
    /** In ticks of any clock: whatever is added to it stays far from an overflow. */
    static final long MOST_TICKS = 1L << 52;

    private Limits() {}
}
