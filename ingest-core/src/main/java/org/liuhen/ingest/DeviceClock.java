package org.liuhen.ingest;

import java.time.Duration;
import java.time.Instant;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.StorageFailure;

/** What is known about how wrong the clocks of devices are. Safe for many threads. */
@FunctionalInterface
public interface DeviceClock {
    /** Takes every device's word for it. */
    DeviceClock BELIEVED = (device, told) -> Duration.ZERO;

    /** What to add to a time that {@code device} told to get the true time. */
    Duration correction(DeviceId device, Instant told) throws StorageFailure;
}
