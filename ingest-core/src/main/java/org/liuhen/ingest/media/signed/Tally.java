package org.liuhen.ingest.media.signed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;

/** What has been found out so far, bounded however long the stream is, and the key it was found out with. */
final class Tally {
    private static final int MOST_BROKEN = 1000;
    private static final int MOST_WAITING = 1000;
    private static final double SAME_SECONDS = 0.0005;

    private static final Said NOTHING = new Said("", Map.of());

    private final List<Span> broken = new ArrayList<>();
    private final List<Span> waiting = new ArrayList<>();
    private long genuineGroups;
    private double genuineFrom = Double.MAX_VALUE;
    private double genuineTo;
    private double firstSeconds = Double.MAX_VALUE;
    private double endSeconds;
    private @Nullable SigningKey key;

    void camera(SigningKey key) {
        this.key = key;
    }

    boolean signedByCamera(byte[] hash, byte[] signature) {
        return key != null && key.signedHash(hash, signature);
    }

    Span genuine(double from, double to, boolean waits) {
        Span span = new Span(from, to, waits ? Span.State.WAITING : Span.State.GENUINE, NOTHING);
        reach(from, to);
        waiting.add(span);
        if (waiting.size() > MOST_WAITING) {
            count();
        }
        return span;
    }

    void broken(double from, double to, Said said) {
        reach(from, to);
        Span last = broken.isEmpty() ? null : broken.get(broken.size() - 1);
        if (last != null && last.said.equals(said) && from - last.toSeconds < SAME_SECONDS) {
            broken.set(broken.size() - 1, new Span(last.fromSeconds, to, Span.State.BROKEN, said));
        } else if (broken.size() < MOST_BROKEN) {
            broken.add(new Span(from, to, Span.State.BROKEN, said));
        }
    }

    void unchecked(double from, double to) {
        reach(from, to);
    }

    private void reach(double from, double to) {
        firstSeconds = Math.min(firstSeconds, from);
        endSeconds = Math.max(endSeconds, to);
    }

    /** Adds up what is decided. */
    private void count() {
        for (Span span : waiting) {
            if (span.state == Span.State.GENUINE) {
                genuineGroups++;
                genuineFrom = Math.min(genuineFrom, span.fromSeconds);
                genuineTo = Math.max(genuineTo, span.toSeconds);
            }
        }
        waiting.removeIf(span -> span.state == Span.State.GENUINE);
        if (waiting.size() > MOST_WAITING) {
            waiting.subList(0, MOST_WAITING / 2).clear();
        }
    }

    List<Span> broken() {
        return List.copyOf(broken);
    }

    long genuineGroups() {
        count();
        return genuineGroups;
    }

    double genuineFrom() {
        return genuineFrom;
    }

    double genuineTo() {
        return genuineTo;
    }

    double firstSeconds() {
        return firstSeconds;
    }

    double endSeconds() {
        return endSeconds;
    }
}
