package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Groups recordings that belong together: one activation split into files, several cameras of one interrogation. */
public record SessionId(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SessionId {
        NameRule.check("session", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
