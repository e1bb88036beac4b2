package org.liuhen.ingest;

import java.time.Duration;
import java.time.Instant;
import org.liuhen.storage.DeviceId;

/** What is known about how wrong the clocks of devices are. Safe for many threads. */
@FunctionalInterface
public interface DeviceClock {
    /** Takes every device's word for it. */
    DeviceClock BELIEVED = (device, at) -> Duration.ZERO;

    /** What to add to a time that {@code device} told around {@code at} to get the true time. */
    Duration correction(DeviceId device, Instant at);
}
