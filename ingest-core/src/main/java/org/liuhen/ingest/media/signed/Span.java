package org.liuhen.ingest.media.signed;

import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.Said;

/** A stretch of pictures of which the same can be said. Statements without a signature wait for one that covers them. */
final class Span {
    /** What can be said. */
    enum State {
        /** Matches a statement that waits to be covered by a signature. */
        WAITING,
        GENUINE,
        BROKEN
    }

    final double fromSeconds;
    final double toSeconds;
    final List<Span> covered = new ArrayList<>();
    State state;
    final Said said;

    Span(double fromSeconds, double toSeconds, State state, Said said) {
        this.fromSeconds = fromSeconds;
        this.toSeconds = toSeconds;
        this.state = state;
        this.said = said;
    }

    /** A signature covers this, and so everything that this covers. */
    void confirm() {
        List<Span> left = new ArrayList<>(List.of(this));
        while (!left.isEmpty()) {
            Span span = left.remove(left.size() - 1);
            if (span.state == State.WAITING) {
                span.state = State.GENUINE;
            }
            left.addAll(span.covered);
            span.covered.clear();
        }
    }
}
