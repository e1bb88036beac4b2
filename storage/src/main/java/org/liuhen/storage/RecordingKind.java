package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a recording comes from. */
public enum RecordingKind {
    BODY_WORN,
    INTERROGATION,
    VEHICLE,
    FIXED;

    /** The name on the wire and on disk, for example {@code body-worn}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws InvalidField if no kind has this label */
    @JsonCreator
    public static RecordingKind ofLabel(String label) {
        for (RecordingKind kind : values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new InvalidField("kind", "unknown (expected: body-worn, interrogation, vehicle or fixed)");
    }
}
