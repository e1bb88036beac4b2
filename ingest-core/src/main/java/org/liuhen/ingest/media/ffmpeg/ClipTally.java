package org.liuhen.ingest.media.ffmpeg;

import java.util.ArrayList;
import java.util.List;

/** What was done with the pictures of one clip: how many, and which stretches of which part. */
final class ClipTally {
    private final List<Answer> stretches = new ArrayList<>();
    private long copied;
    private long encoded;
    private long masked;
    private int part = -1;
    private String what = "";
    private double first = Double.MAX_VALUE;
    private double from;
    private double to;

    void beginPart() {
        close();
        part++;
        first = Double.MAX_VALUE;
    }

    /** A picture was copied. Seconds from the start of its recording. */
    void copied(double seconds) {
        copied++;
        note("copied", seconds);
    }

    void encoded(double seconds, boolean hidden) {
        encoded++;
        masked += hidden ? 1 : 0;
        note(hidden ? "masked" : "encoded", seconds);
    }

    private void note(String now, double seconds) {
        first = Math.min(first, seconds);
        if (!now.equals(what)) {
            close();
            what = now;
            from = seconds;
            to = seconds;
        }
        from = Math.min(from, seconds);
        to = Math.max(to, seconds);
    }

    private void close() {
        if (!what.isEmpty()) {
            stretches.add(new Answer()
                    .with("part", part)
                    .with("what", what)
                    .with("firstSeconds", from)
                    .with("lastSeconds", to));
        }
        what = "";
    }

    /** When the first picture of the latest part is shown, seconds from the start of its recording; very much if none is. */
    double firstSeconds() {
        return first;
    }

    long pictures() {
        return copied + encoded;
    }

    boolean anyEncoded() {
        return encoded > 0;
    }

    /** Adds all of it to an answer. */
    Answer into(Answer answer) {
        close();
        return answer.with("copied", copied)
                .with("encoded", encoded)
                .with("masked", masked)
                .with("stretches", stretches);
    }
}
