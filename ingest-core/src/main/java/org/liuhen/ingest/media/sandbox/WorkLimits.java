package org.liuhen.ingest.media.sandbox;

import java.time.Duration;

/**
 * What one piece of work may take.
 *
 * @param time from its order to its answer, time in which the child is held not counted
 * @param processorTime of all threads together
 * @param outputBytes of all files that it writes, together
 */
public record WorkLimits(Duration time, Duration processorTime, long outputBytes) {
    /** With two threads at work all the time. */
    public static WorkLimits of(Duration time, long outputBytes) {
        return new WorkLimits(time, time.multipliedBy(2), outputBytes);
    }
}
