package org.liuhen.tools.access;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.device.axis.CameraLabels;
import org.liuhen.ingest.Dockings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.AccessToken;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Assignment;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Docking;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;

/**
 * The registered devices as those who look after them see them: their labels, who wears them, their certificates, and
 * how they were when they were last here. Every change is committed with its event before a method returns.
 */
public final class Devices {
    private static final int MOST_CHARACTERS = 100;

    private final Accounts accounts;
    private final Uploads uploads;
    private final Dockings dockings;
    private final InstantSource clock;

    public Devices(Accounts accounts, Uploads uploads, InstantSource clock) {
        this.accounts = accounts;
        this.uploads = uploads;
        this.dockings = uploads.dockings();
        this.clock = clock;
    }

    /** What stands on a device; null for what stays as it is, empty for what is not known any more. */
    public record Label(
            @Nullable String name,
            @Nullable String unit,
            @Nullable String serial,
            @Nullable String maker,
            @Nullable String model) {}

    /**
     * A device and how it is.
     *
     * @param docking null if it never told anything
     * @param lastSeen null if it was never here
     * @param overdue whether somebody wears it and its footage should have been handed in by now
     */
    public record Seen(
            Device device,
            @Nullable Docking docking,
            @Nullable Instant lastSeen,
            boolean overdue) {}

    /** Every device that was ever registered, by id. */
    public List<Seen> all(Principal who) throws StorageFailure, Problem {
        List<Seen> all = new java.util.ArrayList<>();
        for (Device device : accounts.devices(who)) {
            all.add(seen(device));
        }
        return all;
    }

    /** @throws Problem 404 if it is not registered */
    public Seen one(Principal who, DeviceId id) throws StorageFailure, Problem {
        Access.OPERATION.require(who);
        return seen(accounts.device(id));
    }

    private Seen seen(Device device) throws StorageFailure {
        return new Seen(
                device,
                dockings.of(device.id()).orElse(null),
                dockings.lastSeen(device.id()).orElse(null),
                dockings.isOverdue(device));
    }

    /** Refuses a device from now on, also what it is sending; what it sent stays. */
    public void revoke(Principal who, DeviceId id) throws StorageFailure, Problem {
        accounts.revokeDevice(who, id);
        uploads.stop(id);
    }

    /** Changes what the register says about a device's label. */
    public void label(Principal who, DeviceId id, Label label) throws StorageFailure, Problem {
        accounts.changeDevice(who, id, (device, change) -> {
            Map<String, String> details = new TreeMap<>(Map.of("device", id.value()));
            String name = changed("name", label.name(), device.name(), details);
            String unit = changed(
                    "unit",
                    label.unit(),
                    device.unit() == null ? null : device.unit().value(),
                    details);
            Device next = device.described(
                    name == null ? id.value() : name,
                    unit == null ? null : new UnitId(unit),
                    changed("serial", label.serial(), device.serial(), details),
                    changed("maker", label.maker(), device.maker(), details),
                    changed("model", label.model(), device.model(), details));
            if (!next.equals(device)) {
                put(change, who, next, details);
            }
        });
    }

    /** Writes down what a body worn system calls a camera of its own; see {@code CameraLabels}. */
    public void told(Actor system, DeviceId camera, String serial, @Nullable String name, @Nullable String model)
            throws StorageFailure {
        try {
            accounts.changeCamera(camera, (device, change) -> told(device, change, system, serial, name, model));
        } catch (Problem e) {
            throw new IllegalStateException("device: " + camera + " cannot be changed", e);
        }
    }

    private void told(
            Device device,
            Change.Builder change,
            Actor system,
            String serial,
            @Nullable String name,
            @Nullable String model) {
        Map<String, String> details = new TreeMap<>(Map.of("device", device.id().value()));
        Device next = device.described(
                Objects.requireNonNullElse(told("name", name, device.name(), details), device.name()),
                device.unit(),
                told("serial", serial, device.serial(), details),
                told("maker", device.maker() == null ? CameraLabels.MAKER : null, device.maker(), details),
                told("model", model, device.model(), details));
        if (!next.equals(device)) {
            change.event(CustodyEvent.of(clock.instant(), system, EventKind.DEVICE_CHANGED, null, details))
                    .put(Register.DEVICES, device.id().value(), next);
        }
    }

    /** What a machine says is made to fit rather than refused. */
    private static @Nullable String told(
            String field, @Nullable String wanted, @Nullable String now, Map<String, String> details) {
        if (wanted == null || wanted.isBlank()) {
            return now;
        }
        String text = wanted.replaceAll("\\p{Cntrl}+", " ").strip();
        int end = text.offsetByCodePoints(0, Math.min(MOST_CHARACTERS, text.codePointCount(0, text.length())));
        details.put(field, text.substring(0, end));
        return text.substring(0, end);
    }

    private static @Nullable String changed(
            String field, @Nullable String wanted, @Nullable String now, Map<String, String> details) {
        if (wanted == null) {
            return now;
        }
        String text = wanted.strip();
        if (text.codePointCount(0, text.length()) > MOST_CHARACTERS
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidField(
                    field,
                    "has control characters or more than " + MOST_CHARACTERS + " characters (expected: neither)");
        }
        details.put(field, text);
        return text.isEmpty() ? null : text;
    }

    /**
     * Writes down who wears a device from an instant on: recordings of then that name nobody are theirs.
     *
     * @param officer null for nobody in particular
     * @param from null for now; not in the future
     */
    public void assign(Principal who, DeviceId id, @Nullable OfficerId officer, @Nullable Instant from)
            throws StorageFailure, Problem {
        Instant now = clock.instant();
        Instant since = from == null ? now : from;
        if (since.isAfter(now)) {
            throw new InvalidField("from", "is in the future (expected: since when it has been worn)");
        }
        accounts.changeDevice(who, id, (device, change) -> {
            Map<String, String> details = new TreeMap<>(Map.of("device", id.value(), "from", since.toString()));
            if (officer != null) {
                details.put("officer", officer.value());
            }
            put(change, who, device.assigned(new Assignment(officer, since)), details);
        });
    }

    /**
     * Lets a device prove itself with a client certificate, or no longer.
     *
     * @param fingerprint SHA-256 of the certificate, hexadecimal; null to take the one it had away
     * @throws Problem 409 if another device proves itself with it
     */
    public void certify(Principal who, DeviceId id, @Nullable String fingerprint) throws StorageFailure, Problem {
        if (fingerprint != null) {
            Optional<DeviceId> other = accounts.certified(fingerprint);
            if (other.isPresent() && !other.get().equals(id)) {
                throw new Problem(409, "certificate-taken", "certificate: is that of device " + other.get());
            }
        }
        accounts.changeDevice(who, id, (device, change) -> {
            put(
                    change,
                    who,
                    device.withCertificate(fingerprint),
                    Map.of("device", id.value(), "certificate", fingerprint == null ? "" : fingerprint));
            if (fingerprint != null) {
                change.put(Register.CERTIFICATES, fingerprint, new AccessToken(id, null, clock.instant()));
            }
        });
    }

    private void put(Change.Builder change, Principal who, Device next, Map<String, String> details) {
        change.event(CustodyEvent.of(clock.instant(), who.actor(), EventKind.DEVICE_CHANGED, null, details))
                .put(Register.DEVICES, next.id().value(), next);
    }

    /**
     * Notes that a device is here and how it is: told by itself, or by an administrator for it.
     *
     * @param deviceTime what its clock says now; null if it does not tell, as for the others
     */
    public Docking docked(
            Principal who,
            DeviceId id,
            @Nullable Instant deviceTime,
            @Nullable Integer batteryPercent,
            @Nullable Long freeBytes)
            throws StorageFailure, Problem {
        if (!(who instanceof Principal.OfDevice own && own.device().equals(id))) {
            Access.ADMINISTRATION.require(who);
        }
        Device device = accounts.device(id);
        return dockings.docked(device.id(), who.actor(), deviceTime, batteryPercent, freeBytes);
    }
}
