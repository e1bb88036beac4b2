package org.liuhen.ingest.media.ffmpeg;

/** How carefully the present order is carried out. A child carries out one at a time, on one thread. */
final class Care {
    private static final int USUAL_THREADS = 2;

    private static boolean strict;

    private Care() {}

    /** @param strictly whether a child has died on the file before */
    static void take(boolean strictly) {
        strict = strictly;
    }

    /** How many threads a decoder or encoder may have. */
    static int threads() {
        return strict ? 1 : USUAL_THREADS;
    }

    /** Whether nothing beyond plain decoding is to be tried: no concealing of errors, no hardware. */
    static boolean isStrict() {
        return strict;
    }
}
