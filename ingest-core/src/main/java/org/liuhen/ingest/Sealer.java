package org.liuhen.ingest;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.Classifying;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Job;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/**
 * Turns a complete upload into a recording. The order: compare the digest, publish the original (the vault forces
 * bytes, manifest and folder, renames, forces the parent), then one commit with event, recording, finished row and job.
 *
 * <p>An upload's bytes leave {@code incoming} in two ways only: by the rename, and then the manifest names the upload;
 * or after its row is finished or forgotten. So a row without bytes is one whose commit is missing, and its original
 * is found by day and upload id. Safe for many threads.
 */
final class Sealer {
    static final String MEDIA_JOB = "media";

    private final Catalog catalog;
    private final Vault vault;
    private final Reception reception;
    private final UploadSettings settings;
    private final InstantSource clock;
    private final Commits commits;
    private final UploadMeters meters;
    /** The same bytes by two uploads at once are sealed one after the other, so that there is one copy. */
    private final ReentrantLock[] byRecording =
            Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

    Sealer(
            Catalog catalog,
            Vault vault,
            Reception reception,
            UploadSettings settings,
            InstantSource clock,
            UploadMeters meters) {
        this.meters = meters;
        this.catalog = catalog;
        this.vault = vault;
        this.reception = reception;
        this.settings = settings;
        this.clock = clock;
        this.commits = new Commits(catalog);
    }

    /**
     * Seals a complete upload. Durable on return: the recording, or that it was refused. On a failure everything is
     * kept: either the bytes are still under way, or {@link #settle} finds them.
     *
     * @param incoming all bytes written; closed in any case
     */
    Written seal(Upload upload, UploadMetadata metadata, Vault.Incoming incoming) throws StorageFailure {
        try (incoming) {
            Fingerprint fingerprint = incoming.fingerprint();
            Fingerprint declared = metadata.sha256();
            if (declared != null && !declared.equals(fingerprint)) {
                refuse(upload, metadata, declared, fingerprint, incoming);
                return new Written.FingerprintMismatch(declared, fingerprint);
            }
            RecordingId id = metadata.idOf(upload.device(), fingerprint);
            ReentrantLock lock = byRecording[Math.floorMod(id.hashCode(), byRecording.length)];
            lock.lock();
            try {
                return seal(upload, metadata, incoming, id);
            } finally {
                lock.unlock();
            }
        }
    }

    private Written seal(Upload upload, UploadMetadata metadata, Vault.Incoming incoming, RecordingId id)
            throws StorageFailure {
        OriginalKey key = new OriginalKey(Vault.dayOf(upload.began()), id);
        Fingerprint fingerprint = incoming.fingerprint();
        long sizeBytes = incoming.sizeBytes();
        for (; ; ) {
            if (isThere(catalog.recording(id, ReadLevel.CURRENT))) {
                Optional<Upload> repeated = again(upload, metadata, id, fingerprint, sizeBytes);
                if (repeated.isPresent()) {
                    incoming.close();
                    vault.discard(upload.id());
                    return new Written.Sealed(repeated.get(), true);
                }
            }
            Optional<Manifest> stray = vault.manifest(key);
            if (stray.isEmpty()) {
                break;
            }
            adopt(stray.get(), key);
        }
        Optional<Device> device =
                catalog.register().entry(Register.DEVICES, upload.device().value());
        Manifest manifest =
                reception.manifest(upload, metadata, fingerprint, sizeBytes, incoming.crc32cPerMiB(), device);
        incoming.seal(manifest, key.day());
        Map<String, String> details = details(upload);
        metadata.fullFilename().ifPresent(name -> details.put("declaredFilename", name));
        return receive(manifest, key, upload, details);
    }

    /** Bytes of a disposed recording that come again are received anew: nobody is told to forget what we do not have. */
    private static boolean isThere(Optional<Recording> known) {
        return known.isPresent() && known.get().state() != RecordingState.DISPOSED;
    }

    /** Commits an original that lies durable in the vault, as what {@code upload} became. */
    private Written.Sealed receive(Manifest manifest, OriginalKey key, Upload upload, Map<String, String> details)
            throws StorageFailure {
        Upload finished = finished(upload, manifest.id(), manifest.fingerprint(), manifest.sizeBytes());
        for (; ; ) {
            if (received(manifest, finished, details, upload.by())) {
                return new Written.Sealed(finished, false);
            }
            // Somebody else was quicker with the same bytes: theirs stays, ours is a second copy if it lies elsewhere.
            UploadMetadata metadata = UploadMetadata.ofDeclared(upload.metadata());
            Optional<Upload> repeated =
                    again(upload, metadata, manifest.id(), manifest.fingerprint(), manifest.sizeBytes());
            if (repeated.isPresent()) {
                Optional<Recording> theirs = catalog.recording(manifest.id(), ReadLevel.CURRENT);
                if (theirs.isPresent() && !theirs.get().receivedDay().equals(key.day())) {
                    vault.erase(key);
                }
                return new Written.Sealed(repeated.get(), true);
            }
        }
    }

    /** Whether it was committed; false if the recording is there already. */
    boolean received(Manifest manifest, @Nullable Upload finished, Map<String, String> how, Actor by)
            throws StorageFailure {
        Optional<byte[]> bytes =
                vault.manifestBytes(new OriginalKey(Vault.dayOf(manifest.receivedAt()), manifest.id()));
        for (; ; ) {
            Optional<Recording> known = catalog.recording(manifest.id(), ReadLevel.CURRENT);
            if (isThere(known)) {
                return false;
            }
            Instant now = clock.instant();
            Recording recording =
                    reception.recording(manifest, known.map(Recording::version).orElse(0L) + 1);
            Map<String, String> details = new TreeMap<>(how);
            details.put("upload", manifest.upload().hex());
            details.put("device", manifest.device().value());
            details.put("sha256", manifest.fingerprint().hex());
            details.put("size", Long.toString(manifest.sizeBytes()));
            details.put("receivedAt", recording.receivedAt().toString());
            details.put("filename", manifest.filename());
            bytes.ifPresent(all -> details.put("manifestSha256", DigestUtils.sha256Hex(all)));
            if (!manifest.cases().isEmpty()) {
                details.put("case", listed(manifest.cases()));
            }
            Change.Builder change = Change.builder();
            if (manifest.attachment() == null) {
                change.job(new Job(MEDIA_JOB, now, manifest.id(), 0));
            } else {
                details.put("attachment", manifest.attachment().value());
                details.put("session", String.valueOf(manifest.session()));
            }
            change.recording(recording).event(CustodyEvent.of(now, by, EventKind.RECEIVED, manifest.id(), details));
            if (finished != null) {
                change.upload(finished);
            }
            CommitOutcome outcome = commits.commit(change.build());
            if (outcome instanceof CommitOutcome.Applied) {
                meters.received(recording);
                return true;
            }
        }
    }

    /**
     * Commits that bytes which are there have arrived again, with whatever new they were declared to belong to.
     *
     * @return empty if they were disposed of meanwhile, and nothing was committed
     */
    private Optional<Upload> again(
            Upload upload, UploadMetadata metadata, RecordingId id, Fingerprint fingerprint, long sizeBytes)
            throws StorageFailure {
        Upload finished = finished(upload, id, fingerprint, sizeBytes);
        for (; ; ) {
            Optional<Recording> known = catalog.recording(id, ReadLevel.CURRENT);
            if (!isThere(known)) {
                return Optional.empty();
            }
            Recording now = known.get();
            Reception.Repeated repeated = reception.repeated(now, metadata);
            Recording changed = repeated.changed();
            if (changed == null && now.state() == RecordingState.DISPOSING) {
                // Only a compare-and-set notices that the bytes went this instant.
                changed = now.next();
            }
            Instant at = clock.instant();
            Map<String, String> details = details(upload);
            details.put("filename", metadata.filename());
            details.put("sha256", fingerprint.hex());
            if (metadata.important()) {
                details.put("important", "true");
            }
            Change.Builder change = Change.builder()
                    .event(CustodyEvent.of(at, upload.by(), EventKind.RECEIVED_AGAIN, id, details))
                    .upload(finished);
            if (changed != null) {
                change.recording(changed);
            }
            for (CaseNumber number : repeated.newCases()) {
                change.event(CustodyEvent.of(
                        at,
                        upload.by(),
                        EventKind.LINKED,
                        id,
                        Map.of("case", number.value(), "reason", "declared when it was pushed again")));
            }
            if (changed != null
                    && !changed.retention().rule().equals(now.retention().rule())) {
                Map<String, String> longer = Classifying.details(now.retention(), changed.retention());
                longer.put("reason", "declared when it was pushed again");
                change.event(CustodyEvent.of(at, upload.by(), EventKind.CLASSIFIED, id, longer));
            }
            if (repeated.revived()) {
                change.event(CustodyEvent.of(
                        at,
                        upload.by(),
                        EventKind.DISPOSAL_CANCELLED,
                        id,
                        Map.of("reason", "pushed again with a new case or a longer period")));
            }
            if (commits.commit(change.build()) instanceof CommitOutcome.Applied) {
                return Optional.of(finished);
            }
        }
    }

    private void refuse(
            Upload upload, UploadMetadata metadata, Fingerprint declared, Fingerprint actual, Vault.Incoming incoming)
            throws StorageFailure {
        Map<String, String> details = details(upload);
        details.put("reason", "fingerprint-mismatch");
        details.put("declared", declared.hex());
        details.put("sha256", actual.hex());
        details.put("size", Long.toString(incoming.sizeBytes()));
        details.put("filename", metadata.filename());
        if (!metadata.cases().isEmpty()) {
            details.put("case", listed(metadata.cases()));
        }
        commits.apply(Change.builder()
                .event(CustodyEvent.of(clock.instant(), upload.by(), EventKind.REFUSED, null, details))
                .forgetUpload(upload.id())
                .build());
        incoming.close();
        vault.discard(upload.id());
    }

    /** The originals of a day that no recording knows, by the upload that their manifests name. */
    Map<UploadId, Manifest> orphans(LocalDate day) throws StorageFailure {
        List<OriginalKey> keys;
        try (Stream<OriginalKey> all = vault.originals(day)) {
            keys = all.toList();
        }
        Map<UploadId, Manifest> orphans = new HashMap<>();
        for (OriginalKey key : keys) {
            Optional<Recording> known = catalog.recording(key.id(), ReadLevel.CURRENT);
            if (!isThere(known) || !known.get().receivedDay().equals(day)) {
                vault.manifest(key).ifPresent(manifest -> orphans.put(manifest.upload(), manifest));
            }
        }
        return orphans;
    }

    /**
     * Finishes what a failure between rename and commit left: the original of an upload whose bytes are not under way
     * any more.
     *
     * @param orphans of the day the upload began
     * @return the finished row; empty if no original names this upload
     */
    Optional<Upload> settle(Upload upload, Map<UploadId, Manifest> orphans) throws StorageFailure {
        Manifest manifest = orphans.get(upload.id());
        if (manifest == null) {
            return Optional.empty();
        }
        OriginalKey key = new OriginalKey(Vault.dayOf(upload.began()), manifest.id());
        return Optional.of(receive(manifest, key, upload, recovered(upload)).upload());
    }

    /** Commits an original that no recording knows, before the same bytes are dealt with again. */
    private void adopt(Manifest stray, OriginalKey key) throws StorageFailure {
        Optional<Upload> row = catalog.upload(stray.upload()).filter(upload -> upload.recording() == null);
        if (row.isPresent()) {
            receive(stray, key, row.get(), recovered(row.get()));
        } else {
            Map<String, String> details = new TreeMap<>(Map.of("recovered", "true"));
            received(stray, null, details, Actor.system("uploads"));
        }
    }

    private static Map<String, String> recovered(Upload upload) {
        Map<String, String> details = details(upload);
        details.put("recovered", "true");
        return details;
    }

    private Upload finished(Upload upload, RecordingId id, Fingerprint fingerprint, long sizeBytes) {
        return upload.finished(id, fingerprint, sizeBytes, clock.instant().plus(settings.finishedFor()));
    }

    private static Map<String, String> details(Upload upload) {
        return new TreeMap<>(Map.of(
                "upload", upload.id().hex(),
                "device", upload.device().value(),
                "protocol", upload.protocol()));
    }

    private static String listed(List<CaseNumber> cases) {
        return cases.stream().map(CaseNumber::value).collect(Collectors.joining(", "));
    }
}
