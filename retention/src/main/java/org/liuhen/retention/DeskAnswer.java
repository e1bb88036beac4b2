package org.liuhen.retention;

import java.util.function.Function;
import org.liuhen.storage.Recording;

/** What the {@link RecordsDesk} says to a wish. */
public sealed interface DeskAnswer<T> {
    /**
     * Done and durable, or so already.
     *
     * @param recording as it is now
     * @param value what was asked for
     */
    record Done<T>(Recording recording, T value) implements DeskAnswer<T> {}

    /** Not done, nothing has changed. */
    record Refused<T>(Why why, String message) implements DeskAnswer<T> {}

    /** Why something was refused. */
    enum Why {
        /** There never was such a recording. */
        UNKNOWN_RECORDING,
        /** Its disposal is decided, the bytes are gone or going. */
        DISPOSED,
        /** The recording has no such hold. */
        UNKNOWN_HOLD,
        /** Only people may do that. */
        NOT_A_PERSON
    }

    default <R> R match(Function<Done<T>, R> done, Function<Refused<T>, R> refused) {
        return this instanceof Done<T> answer ? done.apply(answer) : refused.apply((Refused<T>) this);
    }
}
