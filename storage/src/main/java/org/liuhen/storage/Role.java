package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a person may do. Nobody who only administers devices sees footage. */
public enum Role {
    /** Devices, users, settings; no footage. */
    ADMINISTRATOR,
    /** Finds, plays, cuts and exports footage. */
    INVESTIGATOR,
    /** As an investigator, and opens and closes cases and lifts holds. */
    SUPERVISOR,
    /** Classifies, holds, runs retention. */
    RECORDS_OFFICER,
    /** Reads everything about custody; changes nothing. */
    AUDITOR;

    /** The name on the wire and on disk, for example {@code records-officer}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws InvalidField if no role has this label */
    @JsonCreator
    public static Role ofLabel(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw new InvalidField(
                "role", "unknown (expected: administrator, investigator, supervisor, records-officer or auditor)");
    }
}
