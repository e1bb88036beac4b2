package org.liuhen.storage;

import java.time.Instant;

/**
 * Work that a commit left to be done, such as making a recording playable. Jobs survive a restart and are removed by
 * the commit that holds their result.
 *
 * @param kind for example {@code media}
 * @param due not before this instant
 * @param attempts how often it has been begun
 */
public record Job(String kind, Instant due, RecordingId recording, int attempts) {}
