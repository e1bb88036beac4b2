package org.liuhen.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registered device: what may add recordings.
 *
 * @param officer who wears it at present; null if nobody in particular
 * @param revokedAt since when it is refused; null while it is welcome
 * @param serial its maker's number; null if unknown, as are maker and model
 * @param assignments who wore it when, by time, the first since ever; empty if nobody but {@code officer} ever did
 * @param certificate SHA-256 of the client certificate that it proves itself with, hexadecimal; null for tokens only
 */
public record Device(
        DeviceId id,
        String name,
        @Nullable UnitId unit,
        @Nullable OfficerId officer,
        Instant addedAt,
        @Nullable Instant revokedAt,
        @Nullable String serial,
        @Nullable String maker,
        @Nullable String model,
        List<Assignment> assignments,
        @Nullable String certificate) {
    // Jackson leaves null what a row of before did not have.
    @SuppressWarnings("ConstantValue")
    public Device {
        assignments = assignments == null ? List.of() : List.copyOf(assignments);
    }

    /** A device of which no more is known. */
    public Device(
            DeviceId id,
            String name,
            @Nullable UnitId unit,
            @Nullable OfficerId officer,
            Instant addedAt,
            @Nullable Instant revokedAt) {
        this(id, name, unit, officer, addedAt, revokedAt, null, null, null, List.of(), null);
    }

    public Device revoked(Instant at) {
        return new Device(id, name, unit, officer, addedAt, at, serial, maker, model, assignments, certificate);
    }

    /** The same device with what its label says. */
    public Device described(
            String name,
            @Nullable UnitId unit,
            @Nullable String serial,
            @Nullable String maker,
            @Nullable String model) {
        return new Device(id, name, unit, officer, addedAt, revokedAt, serial, maker, model, assignments, certificate);
    }

    /** @param certificate null to take the one it had away */
    public Device withCertificate(@Nullable String certificate) {
        return new Device(id, name, unit, officer, addedAt, revokedAt, serial, maker, model, assignments, certificate);
    }

    /** The same device, worn by somebody else from an instant on until the assignment after that, if there is one. */
    public Device assigned(Assignment next) {
        List<Assignment> all =
                new ArrayList<>(assignments.isEmpty() ? List.of(new Assignment(officer, Instant.EPOCH)) : assignments);
        all.removeIf(other -> other.from().equals(next.from()));
        all.add(next);
        all.sort(Comparator.comparing(Assignment::from));
        return new Device(
                id,
                name,
                unit,
                all.get(all.size() - 1).officer(),
                addedAt,
                revokedAt,
                serial,
                maker,
                model,
                all,
                certificate);
    }

    /** Who wore it then, as far as the register knows. */
    public Optional<OfficerId> officerAt(Instant at) {
        if (assignments.isEmpty()) {
            return Optional.ofNullable(officer);
        }
        Assignment then = assignments.get(0);
        for (Assignment assignment : assignments) {
            if (!assignment.from().isAfter(at)) {
                then = assignment;
            }
        }
        return Optional.ofNullable(then.officer());
    }
}
