package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The police number of the person who wore or ran the device. */
public record OfficerId(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public OfficerId {
        NameRule.check("officer", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
