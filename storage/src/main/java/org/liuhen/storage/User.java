package org.liuhen.storage;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person with a log-in.
 *
 * @param passwordHash Argon2id in PHC form; null if this person can only use tokens
 * @param disabledAt since when every log-in and token is refused; null while welcome
 */
public record User(
        UserName name,
        Set<Role> roles,
        @Nullable String passwordHash,
        Instant addedAt,
        @Nullable Instant disabledAt) {
    public User {
        roles = Set.copyOf(roles);
    }

    /** Never shows the hash. */
    @Override
    public String toString() {
        return "User[" + name + ", " + roles + "]";
    }
}
