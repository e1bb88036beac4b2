package org.liuhen.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.Cancelling;
import org.liuhen.retention.Claims;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Device;
import org.liuhen.storage.Docking;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Vault;

/**
 * What a recording is when it is received: from upload and metadata to the manifest, from the manifest to the
 * catalog's row. Pure, so that a manifest found after a crash gives the same row. Safe for many threads.
 */
final class Reception {
    /** Footage is to be handed in within a day. Source: 公通字〔2016〕14号. */
    static final Duration HANDED_IN_WITHIN = Duration.ofHours(24);

    /** How far ahead of ours a device's clock may be before people should know. */
    static final Duration AHEAD = Duration.ofMinutes(5);

    /** By how much a device's clock may be wrong at docking before people should know. */
    static final Duration CLOCK_OFF = Duration.ofMinutes(1);

    static final Duration BEHIND = Duration.ofDays(366);

    private final Schedule schedule;
    private final DeviceClock deviceClock;

    Reception(Schedule schedule, DeviceClock deviceClock) {
        this.schedule = schedule;
        this.deviceClock = deviceClock;
    }

    /** @param device as registered; what it does not declare about officer and unit is taken from there */
    Manifest manifest(
            Upload upload,
            UploadMetadata metadata,
            Fingerprint fingerprint,
            long sizeBytes,
            List<String> crc32cPerMiB,
            Optional<Device> device)
            throws StorageFailure {
        Instant receivedAt = upload.began();
        Instant told = metadata.to() != null ? metadata.to() : metadata.from();
        Duration correction = told == null ? Duration.ZERO : correction(upload, metadata, told);
        Instant from = measured(upload, Uploads.MEASURED_FROM, corrected(metadata.from(), correction));
        Instant to = measured(upload, Uploads.MEASURED_TO, corrected(metadata.to(), correction));
        Instant start = from != null ? from : to != null ? to : receivedAt;
        OfficerId officer = metadata.officer();
        UnitId unit = metadata.unit();
        return new Manifest(
                Manifest.FORMAT,
                metadata.idOf(upload.device(), fingerprint),
                fingerprint,
                sizeBytes,
                crc32cPerMiB,
                upload.id(),
                metadata.kind(),
                upload.device(),
                officer != null
                        ? officer
                        : device.flatMap(worn -> worn.officerAt(start)).orElse(null),
                unit != null ? unit : device.map(Device::unit).orElse(null),
                metadata.session(),
                metadata.cases(),
                metadata.category(),
                metadata.important(),
                start,
                to,
                metadata.from(),
                metadata.to(),
                receivedAt,
                metadata.filename(),
                metadata.filetype(),
                metadata.attachment());
    }

    private Duration correction(Upload upload, UploadMetadata metadata, Instant told) throws StorageFailure {
        Instant now = metadata.deviceTime();
        return now == null
                ? deviceClock.correction(upload.device(), told)
                : Docking.ClockReading.of(upload.began(), now).offset();
    }

    private static @Nullable Instant measured(Upload upload, String note, @Nullable Instant otherwise) {
        String measured = upload.notes().get(note);
        return measured == null ? otherwise : Instant.parse(measured);
    }

    private static @Nullable Instant corrected(@Nullable Instant told, Duration correction) {
        return told == null ? null : told.plus(correction);
    }

    /** The row of what was received with this manifest. */
    Recording recording(Manifest manifest, long version) {
        Instant end = manifest.to() == null ? manifest.from() : manifest.to();
        Instant ageFrom = end.isAfter(manifest.receivedAt()) ? end : manifest.receivedAt();
        Retention retention = schedule.judge(
                new Claims(
                        manifest.kind(),
                        manifest.category(),
                        manifest.important(),
                        !manifest.cases().isEmpty(),
                        ageFrom),
                List.of());
        return new Recording(
                manifest.id(),
                version,
                manifest.kind(),
                RecordingState.STORED,
                manifest.cases(),
                manifest.device(),
                manifest.officer(),
                manifest.unit(),
                manifest.session(),
                manifest.from(),
                manifest.to(),
                manifest.deviceFrom(),
                manifest.deviceTo(),
                manifest.receivedAt(),
                Vault.dayOf(manifest.receivedAt()),
                manifest.filename(),
                manifest.contentType(),
                manifest.sizeBytes(),
                manifest.fingerprint(),
                manifest.important(),
                null,
                null,
                retention,
                manifest.attachment() == null ? findings(manifest) : List.of(),
                manifest.attachment());
    }

    private static List<Finding> findings(Manifest manifest) {
        List<Finding> findings = new ArrayList<>();
        if (manifest.cases().isEmpty()) {
            findings.add(Finding.of("unlinked", Said.of(Sentence.NO_CASE_NAMED)));
        }
        Instant told = manifest.deviceTo() == null ? manifest.deviceFrom() : manifest.deviceTo();
        if (told == null) {
            return findings;
        }
        Instant receivedAt = manifest.receivedAt();
        Instant first = manifest.deviceFrom() == null ? told : manifest.deviceFrom();
        Instant end = manifest.to() == null ? manifest.from() : manifest.to();
        Duration correction = Duration.between(told, end);
        if (correction.abs().compareTo(CLOCK_OFF) > 0) {
            findings.add(Finding.of(
                    "clock",
                    Said.of(
                            correction.isNegative() ? Sentence.CLOCK_AHEAD : Sentence.CLOCK_BEHIND,
                            "seconds",
                            correction.abs().toSeconds())));
        } else if (told.isAfter(receivedAt.plus(AHEAD))) {
            findings.add(
                    Finding.of("clock", Said.of(Sentence.CLOCK_IN_THE_FUTURE, "told", told, "received", receivedAt)));
        } else if (first.isBefore(receivedAt.minus(BEHIND))) {
            findings.add(
                    Finding.of("clock", Said.of(Sentence.CLOCK_IN_THE_PAST, "told", first, "received", receivedAt)));
        }
        if (receivedAt.isAfter(end.plus(HANDED_IN_WITHIN))) {
            findings.add(Finding.of(
                    "late-upload",
                    Said.of(
                            Sentence.RECEIVED_LATE,
                            "received",
                            receivedAt,
                            "hours",
                            HANDED_IN_WITHIN.toHours(),
                            "end",
                            end)));
        }
        return findings;
    }

    /**
     * What becomes of a recording that arrives again.
     *
     * @param changed its next version; null if the repetition declared nothing new
     * @param newCases the cases that it was not linked to
     * @param revived whether its disposal had been announced and is off now
     */
    record Repeated(@Nullable Recording changed, List<CaseNumber> newCases, boolean revived) {}

    /** Adds what a repetition declares; never takes anything away and never shortens. */
    Repeated repeated(Recording now, UploadMetadata metadata) {
        Set<CaseNumber> cases = new LinkedHashSet<>(now.cases());
        List<CaseNumber> newCases = metadata.cases().stream().filter(cases::add).toList();
        boolean newlyImportant = metadata.important() && !now.important();
        boolean newlyDeclared = metadata.category() != null
                && !metadata.category().equals(now.retention().category());
        if (newCases.isEmpty() && !newlyImportant && !newlyDeclared) {
            return new Repeated(null, newCases, false);
        }
        Retention judged = schedule.judge(
                new Claims(
                        now.kind(),
                        metadata.category() != null
                                ? metadata.category()
                                : now.retention().category(),
                        now.important() || metadata.important(),
                        !cases.isEmpty(),
                        now.ageFrom()),
                now.retention().holds());
        boolean longer = longer(judged, now.retention());
        if (newCases.isEmpty() && !newlyImportant && !longer) {
            return new Repeated(null, newCases, false);
        }
        boolean revived = now.state() == RecordingState.DISPOSING && (longer || !newCases.isEmpty());
        Retention retention = longer ? judged.withAnnouncedAt(now.retention().announcedAt()) : now.retention();
        List<Finding> findings = now.findings().stream()
                .filter(finding -> cases.isEmpty() || !finding.kind().equals("unlinked"))
                .toList();
        Recording next = next(now, List.copyOf(cases), now.important() || metadata.important(), retention, findings);
        return new Repeated(revived ? Cancelling.restored(next) : next, newCases, revived);
    }

    private static boolean longer(Retention judged, Retention now) {
        if (now.permanent() || now.keepUntil() == null) {
            return false;
        }
        return judged.permanent()
                || (judged.keepUntil() != null && judged.keepUntil().isAfter(now.keepUntil()));
    }

    private static Recording next(
            Recording now, List<CaseNumber> cases, boolean important, Retention retention, List<Finding> findings) {
        return new Recording(
                now.id(),
                now.version() + 1,
                now.kind(),
                now.state(),
                cases,
                now.device(),
                now.officer(),
                now.unit(),
                now.session(),
                now.from(),
                now.to(),
                now.deviceFrom(),
                now.deviceTo(),
                now.receivedAt(),
                now.receivedDay(),
                now.filename(),
                now.contentType(),
                now.sizeBytes(),
                now.fingerprint(),
                important,
                now.playable(),
                now.media(),
                retention,
                findings,
                now.attachment());
    }
}
