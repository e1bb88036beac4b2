package org.liuhen.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device told about itself when it was last docked, and what its clock read then and before.
 *
 * @param at by the server's clock
 * @param batteryPercent 0 to 100; null if the protocol does not tell
 * @param freeBytes room left on the device; null if the protocol does not tell
 * @param readings of its clock, oldest first, one for each change
 */
public record Docking(
        DeviceId device,
        Instant at,
        @Nullable Integer batteryPercent,
        @Nullable Long freeBytes,
        List<ClockReading> readings) {
    private static final int MOST_READINGS = 64;

    /** Readings this near to each other say the same: a request takes its time. */
    private static final Duration NOISE = Duration.ofSeconds(2);

    /**
     * A device's clock beside the server's.
     *
     * @param at by the server's clock
     * @param offsetMillis what to add to the device's time to get the server's
     */
    public record ClockReading(Instant at, long offsetMillis) {
        public static ClockReading of(Instant serverTime, Instant deviceTime) {
            return new ClockReading(
                    serverTime, Duration.between(deviceTime, serverTime).toMillis());
        }

        /** Zero where the difference may as well be the request's own time. */
        public Duration offset() {
            Duration offset = Duration.ofMillis(offsetMillis);
            return offset.abs().compareTo(NOISE) <= 0 ? Duration.ZERO : offset;
        }
    }

    public Docking {
        readings = List.copyOf(readings);
    }

    /**
     * What is known after a device was seen again.
     *
     * @param before null if it was never seen
     * @param deviceTime what its clock said at {@code at}; null if it did not say
     */
    public static Docking next(
            @Nullable Docking before,
            DeviceId device,
            Instant at,
            @Nullable Instant deviceTime,
            @Nullable Integer batteryPercent,
            @Nullable Long freeBytes) {
        List<ClockReading> readings = before == null ? List.of() : before.readings();
        if (deviceTime != null) {
            ClockReading reading = ClockReading.of(at, deviceTime);
            if (readings.isEmpty() || differ(readings.get(readings.size() - 1), reading)) {
                List<ClockReading> more = new java.util.ArrayList<>(readings);
                more.add(reading);
                readings = more.subList(Math.max(0, more.size() - MOST_READINGS), more.size());
            }
        }
        return new Docking(
                device,
                at,
                batteryPercent != null || before == null ? batteryPercent : before.batteryPercent(),
                freeBytes != null || before == null ? freeBytes : before.freeBytes(),
                readings);
    }

    private static boolean differ(ClockReading one, ClockReading other) {
        return Math.abs(one.offsetMillis() - other.offsetMillis()) > NOISE.toMillis();
    }

    /** The latest reading of its clock; empty if it never told its time. */
    public Optional<ClockReading> latestReading() {
        return readings.isEmpty() ? Optional.empty() : Optional.of(readings.get(readings.size() - 1));
    }

    /**
     * What to add to a time that the device told: by the first reading made after it, since a clock is set right when it
     * is read; by the latest if there is none.
     */
    public Duration correction(Instant told) {
        return readings.stream()
                .filter(reading -> !reading.at().isBefore(told.plusMillis(reading.offsetMillis())))
                .findFirst()
                .or(this::latestReading)
                .map(ClockReading::offset)
                .orElse(Duration.ZERO);
    }
}
