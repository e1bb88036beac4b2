package org.liuhen.ingest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Docking;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When devices were last here, what they told about themselves, and by how much their clocks were wrong. Safe for many
 * threads.
 */
public final class Dockings implements DeviceClock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dockings.class);
    private static final int EVENTS_READ = 5_000;
    private static final int PAGE = 1_000;

    private final Catalog catalog;
    private final InstantSource clock;
    private final Commits commits;
    private final Map<Actor, Instant> seen = new ConcurrentHashMap<>();
    private final Catalog.Listening listening;
    private final MeterRegistry meters;
    private final Gauge gauge;

    /** Remembers from the latest events who was here. */
    Dockings(Catalog catalog, InstantSource clock, MeterRegistry meters) throws StorageFailure {
        this.catalog = catalog;
        this.clock = clock;
        this.commits = new Commits(catalog);
        this.listening = catalog.listen(this::see);
        long size = catalog.ledger().head().size();
        see(catalog.events(Math.max(0, size - EVENTS_READ), EVENTS_READ));
        this.meters = meters;
        this.gauge = Gauge.builder("liuhen.devices.overdue", this, Dockings::overdueOrUnknown)
                .description("Devices that somebody wears and whose footage should have been handed in by now")
                .strongReference(true)
                .register(meters);
    }

    private double overdueOrUnknown() {
        try {
            return overdue();
        } catch (StorageFailure e) {
            LOG.debug("devices: cannot be read, their number is not known", e);
            return Double.NaN;
        }
    }

    private void see(List<CustodyEvent> events) {
        for (CustodyEvent event : events) {
            seen.merge(event.actor(), event.at(), (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    /**
     * Notes that a device is here. Durable on return.
     *
     * @param deviceTime what its clock says now; null if it does not tell, as for the others
     * @param batteryPercent 0 to 100
     * @throws InvalidField {@code batteryPercent}, {@code freeBytes}
     */
    public Docking docked(
            DeviceId device,
            Actor by,
            @Nullable Instant deviceTime,
            @Nullable Integer batteryPercent,
            @Nullable Long freeBytes)
            throws StorageFailure {
        if (batteryPercent != null && (batteryPercent < 0 || batteryPercent > 100)) {
            throw new InvalidField("batteryPercent", "is not 0 to 100");
        }
        if (freeBytes != null && freeBytes < 0) {
            throw new InvalidField("freeBytes", "is negative");
        }
        Commits.Pending pending = begin(device, by, deviceTime, batteryPercent, freeBytes);
        commits.applied(pending);
        return of(device).orElseThrow();
    }

    /** A device that begins an upload told its time: noted without waiting, since nothing is answered by it. */
    Commits.Pending uploading(DeviceId device, Actor by, Instant deviceTime) throws StorageFailure {
        return begin(device, by, deviceTime, null, null);
    }

    private synchronized Commits.Pending begin(
            DeviceId device,
            Actor by,
            @Nullable Instant deviceTime,
            @Nullable Integer batteryPercent,
            @Nullable Long freeBytes)
            throws StorageFailure {
        Instant now = clock.instant();
        Docking next = Docking.next(of(device).orElse(null), device, now, deviceTime, batteryPercent, freeBytes);
        Map<String, String> details = new TreeMap<>(Map.of("device", device.value()));
        if (deviceTime != null) {
            details.put("deviceTime", deviceTime.toString());
        }
        if (batteryPercent != null) {
            details.put("batteryPercent", batteryPercent.toString());
        }
        if (freeBytes != null) {
            details.put("freeBytes", freeBytes.toString());
        }
        return commits.begin(Change.builder()
                .event(CustodyEvent.of(now, by, EventKind.DOCKED, null, details))
                .put(Register.DOCKINGS, device.value(), next)
                .build());
    }

    /** What a device told when it was last here; empty if it never told anything. */
    public Optional<Docking> of(DeviceId device) throws StorageFailure {
        return catalog.register().entry(Register.DOCKINGS, device.value());
    }

    @Override
    public Duration correction(DeviceId device, Instant told) throws StorageFailure {
        return of(device).map(docking -> docking.correction(told)).orElse(Duration.ZERO);
    }

    /** When a device last did anything, as far as the latest events and its dockings tell. */
    public Optional<Instant> lastSeen(DeviceId device) throws StorageFailure {
        Instant event = seen.get(Actor.device(device));
        Instant docked = of(device).map(Docking::at).orElse(null);
        return Optional.ofNullable(event == null || (docked != null && docked.isAfter(event)) ? docked : event);
    }

    /**
     * Whether somebody wears this device and it has not been here for longer than footage may stay on it. Source:
     * 公通字〔2016〕14号, within 24 hours.
     */
    public boolean isOverdue(Device device) throws StorageFailure {
        if (device.officer() == null || device.revokedAt() != null) {
            return false;
        }
        Instant last = lastSeen(device.id()).orElse(device.addedAt());
        return clock.instant().isAfter(last.plus(Reception.HANDED_IN_WITHIN));
    }

    /** How many registered devices are overdue now. */
    public long overdue() throws StorageFailure {
        long overdue = 0;
        String after = null;
        List<Device> page;
        do {
            page = catalog.register().entries(Register.DEVICES, after, PAGE);
            for (Device device : page) {
                after = device.id().value();
                overdue += isOverdue(device) ? 1 : 0;
            }
        } while (!page.isEmpty());
        return overdue;
    }

    @Override
    public void close() {
        meters.remove(gauge);
        listening.close();
    }
}
