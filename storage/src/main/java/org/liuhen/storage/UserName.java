package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The log-in name of a person. */
public record UserName(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public UserName {
        NameRule.check("user", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
