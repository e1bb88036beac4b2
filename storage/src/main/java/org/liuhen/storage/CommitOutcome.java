package org.liuhen.storage;

import java.util.List;
import java.util.function.Function;

/** What became of a {@link Change}. */
public sealed interface CommitOutcome {
    /**
     * Applied and durable.
     *
     * @param events as given, now numbered
     */
    record Applied(List<CustodyEvent> events) implements CommitOutcome {}

    /**
     * Not applied, because something it builds on has changed.
     *
     * @param what which, for people
     */
    record Conflict(String what) implements CommitOutcome {}

    default <T> T match(Function<Applied, T> applied, Function<Conflict, T> conflict) {
        return this instanceof Applied done ? applied.apply(done) : conflict.apply((Conflict) this);
    }
}
