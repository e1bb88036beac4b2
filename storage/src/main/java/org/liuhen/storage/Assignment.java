package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who wears a device from an instant on, until the next assignment.
 *
 * @param officer null for nobody in particular
 */
public record Assignment(@Nullable OfficerId officer, Instant from) {}
