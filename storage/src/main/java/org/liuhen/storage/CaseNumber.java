package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The number under which an authority handles a matter; recordings are found by it. */
public record CaseNumber(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public CaseNumber {
        NameRule.check("case", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
