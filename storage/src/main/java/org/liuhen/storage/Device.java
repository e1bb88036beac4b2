package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered device: what may add recordings.
 *
 * @param officer who wears it at present; null if nobody in particular
 * @param revokedAt since when it is refused; null while it is welcome
 */
public record Device(
        DeviceId id,
        String name,
        @Nullable UnitId unit,
        @Nullable OfficerId officer,
        Instant addedAt,
        @Nullable Instant revokedAt) {}
