package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The life of a recording.
 *
 * <pre>
 *   STORED ──► READY ───────┐
 *     │  └───► UNPLAYABLE ──┤
 *     └─────────────────────┴──► DISPOSING ──► DISPOSED
 *                  (any of the three) ◄── hold, new case, longer category: back to what it was
 * </pre>
 */
public enum RecordingState {
    /** Sealed and durable; not looked at yet. */
    STORED,
    /** Sealed, and a browser can play it. */
    READY,
    /** Sealed, but no picture or sound could be taken from it; a finding says why. */
    UNPLAYABLE,
    /** Announced for disposal; the bytes still exist. */
    DISPOSING,
    /** Its disposal is decided and cannot be taken back; the bytes are gone or just going. The events remain. */
    DISPOSED;

    /** The name on the wire and on disk. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws InvalidField if no state has this label */
    @JsonCreator
    public static RecordingState ofLabel(String label) {
        for (RecordingState state : values()) {
            if (state.label().equals(label)) {
                return state;
            }
        }
        throw new InvalidField("state", "unknown (expected: stored, ready, unplayable, disposing or disposed)");
    }

    /** Whether a recording in this state may enter {@code next}. */
    public boolean mayBecome(RecordingState next) {
        return switch (this) {
            case STORED -> next != DISPOSED;
            case READY, UNPLAYABLE -> next != DISPOSED;
            case DISPOSING -> true;
            case DISPOSED -> next == DISPOSED;
        };
    }
}
