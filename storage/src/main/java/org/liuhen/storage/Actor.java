package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Who did something: {@code device:<id>}, {@code user:<name>}, {@code console} (somebody with access to the server's
 * data folder) or {@code system:<part>}.
 */
public record Actor(@JsonValue String value) {
    public static final Actor CONSOLE = new Actor("console");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Actor {
        if (value.isEmpty()) {
            throw new InvalidField("actor", "is empty");
        }
    }

    public static Actor device(DeviceId device) {
        return new Actor("device:" + device);
    }

    public static Actor user(UserName user) {
        return new Actor("user:" + user);
    }

    /** @param part the part of the program that acted by itself, for example {@code retention} */
    public static Actor system(String part) {
        return new Actor("system:" + part);
    }

    @Override
    public String toString() {
        return value;
    }
}
