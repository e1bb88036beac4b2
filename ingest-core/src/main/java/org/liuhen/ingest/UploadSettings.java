package org.liuhen.ingest;

import java.time.Duration;

/**
 * How uploads are treated.
 *
 * @param largestBytes the longest recording that is taken
 * @param unfinishedFor how long an unfinished upload waits for its device after its last sign of life
 * @param finishedFor how long the answer to a finished upload is remembered
 * @param idleFor how long an upload stays open between two requests, so that it need not be read again to go on
 * @param openWhenIdle how many uploads may be open between two requests; the longest idle one is closed first
 * @param checkpointBytes how far a body may run ahead of its durable offset
 */
public record UploadSettings(
        long largestBytes,
        Duration unfinishedFor,
        Duration finishedFor,
        Duration idleFor,
        int openWhenIdle,
        long checkpointBytes) {
    public static final UploadSettings DEFAULT = new UploadSettings(
            1L << 42, Duration.ofDays(7), Duration.ofHours(24), Duration.ofMinutes(1), 256, 32L << 20);

    public UploadSettings {
        if (largestBytes < 1 || openWhenIdle < 0 || checkpointBytes < 1) {
            throw new IllegalArgumentException("uploads: largestBytes " + largestBytes + ", openWhenIdle "
                    + openWhenIdle + ", checkpointBytes " + checkpointBytes + " (expected: more than nothing)");
        }
        if (unfinishedFor.isNegative() || finishedFor.isNegative() || idleFor.isNegative()) {
            throw new IllegalArgumentException("uploads: unfinishedFor " + unfinishedFor + ", finishedFor "
                    + finishedFor + ", idleFor " + idleFor + " (expected: no negative time)");
        }
    }
}
