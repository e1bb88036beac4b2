package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token, kept under the SHA-256 of its secret, so that the store does not hold what opens it. It belongs to
 * either a device or a user.
 */
public record AccessToken(
        @Nullable DeviceId device, @Nullable UserName user, Instant createdAt) {
    public AccessToken {
        if ((device == null) == (user == null)) {
            throw new IllegalArgumentException("token: belongs to a device or to a user, one of them");
        }
    }
}
