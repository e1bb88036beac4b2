package org.liuhen.ingest.media;

import java.util.function.Function;

/** How a child process ended. */
sealed interface ChildOutcome {
    /**
     * It did what it was asked and said what came of it.
     *
     * @param json its answer
     */
    record Answered(String json) implements ChildOutcome {}

    /**
     * It ended without an answer, by itself, by a limit or by somebody's hand.
     *
     * @param how a sentence for people
     */
    record Died(String how) implements ChildOutcome {}

    /** It was ended because this program is closing. */
    record Stopped() implements ChildOutcome {}

    default <T> T match(Function<Answered, T> answered, Function<Died, T> died, Function<Stopped, T> stopped) {
        if (this instanceof Answered answer) {
            return answered.apply(answer);
        }
        return this instanceof Died death ? died.apply(death) : stopped.apply((Stopped) this);
    }
}
