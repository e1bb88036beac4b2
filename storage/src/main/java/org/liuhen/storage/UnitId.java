package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The unit that a device or an officer belongs to. */
public record UnitId(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public UnitId {
        NameRule.check("unit", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
