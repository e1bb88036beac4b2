package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a recording is kept, by the name the retention schedule gives it, for example {@code routine}. */
public record Category(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Category {
        NameRule.check("category", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
