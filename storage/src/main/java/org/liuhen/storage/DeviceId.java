package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A camera, a docking station or a recorder of an interrogation room, as registered. */
public record DeviceId(@JsonValue String value) {
    /** @throws InvalidField if the text is empty, longer than 200 bytes or holds control characters */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public DeviceId {
        NameRule.check("device", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
