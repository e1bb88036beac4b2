package org.liuhen.tools.export;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Role;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.UserName;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;
import org.liuhen.tools.attest.TestAuthority;

/** A case whose originals lie in real files, and the desk that hands them out. */
final class EvidenceRoom implements AutoCloseable {
    static final CaseNumber CASE = new CaseNumber("永公(刑)立字〔2026〕0113号");
    static final Instant NOW = Instant.parse("2026-11-20T06:30:00Z");
    static final Principal SOMEBODY = new Principal.OfPerson(new UserName("li.na"), Set.of(Role.INVESTIGATOR));

    final SettableClock clock = new SettableClock(NOW);
    final SecureRandom random = new SecureRandom();
    final Catalog catalog = new MemoryCatalog(clock, random);
    final Vault vault;
    final Outgoing outgoing = new Outgoing();
    final EvidenceDesk desk;
    private final Path publishedLog;
    private int uploads;

    EvidenceRoom(Path folder) throws StorageFailure {
        this.publishedLog = folder.resolveSibling("ledger");
        this.vault = FileVault.open(folder, VaultSettings.STANDARD.withReserveBytes(0), clock);
        this.desk =
                new EvidenceDesk(catalog, vault, Schedule.builtIn(), outgoing, publishedLog, "永宁县公安局", clock, random);
    }

    @Override
    public void close() {
        desk.close();
        catalog.close();
        vault.close();
    }

    /** Has the present head of the log stamped. */
    void stamp() throws Exception {
        String checkpoint = catalog.ledger().checkpoint();
        Path stamps = Files.createDirectories(publishedLog.resolve("timestamps"));
        long size = catalog.ledger().head().size();
        Files.writeString(stamps.resolve(size + ".checkpoint"), checkpoint);
        try (TestAuthority authority = new TestAuthority()) {
            Files.write(stamps.resolve(size + ".tsr"), authority.stamp(checkpoint.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Bytes that are the same for the same seed. */
    static byte[] footage(int seed, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Recording receive(String device, String filename, byte[] bytes) throws Exception {
        return receive(device, filename, bytes, null, null, CASE);
    }

    /** Attaches to a session what was linked to no case. */
    Recording attach(String device, String session, String filename, byte[] bytes) throws Exception {
        return receive(device, filename, bytes, new SessionId(session), AttachmentRole.BOOKMARK);
    }

    Recording receive(
            String device,
            String filename,
            byte[] bytes,
            @Nullable SessionId session,
            @Nullable AttachmentRole attachment,
            CaseNumber... cases)
            throws Exception {
        uploads++;
        UploadId upload = new UploadId(String.format(java.util.Locale.ROOT, "%032x", uploads));
        DeviceId id = new DeviceId(device);
        Instant from = NOW.minusSeconds(7200).plusSeconds(60L * uploads);
        Manifest manifest;
        OriginalKey key;
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
            manifest = new Manifest(
                    Manifest.FORMAT,
                    session == null || attachment == null
                            ? RecordingId.of(id, incoming.fingerprint())
                            : RecordingId.ofAttachment(id, session, filename, incoming.fingerprint()),
                    incoming.fingerprint(),
                    incoming.sizeBytes(),
                    incoming.crc32cPerMiB(),
                    upload,
                    RecordingKind.BODY_WORN,
                    id,
                    null,
                    null,
                    session,
                    List.of(cases),
                    null,
                    false,
                    from,
                    from.plusSeconds(59),
                    null,
                    null,
                    NOW,
                    filename,
                    "video/mp4",
                    attachment);
            key = incoming.seal(manifest, Vault.dayOf(NOW));
        }
        Recording recording = recording(manifest, key);
        Map<String, String> details = new TreeMap<>(Map.of(
                "device",
                device,
                "sha256",
                manifest.fingerprint().hex(),
                "size",
                Long.toString(manifest.sizeBytes()),
                "filename",
                filename));
        if (cases.length > 0) {
            details.put("case", CASE.value());
        }
        if (session != null && attachment != null) {
            details.put("session", session.value());
            details.put("attachment", attachment.value());
        }
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .recording(recording)
                        .event(CustodyEvent.of(NOW, Actor.device(id), EventKind.RECEIVED, recording.id(), details))
                        .build());
        return recording;
    }

    private static Recording recording(Manifest manifest, OriginalKey key) {
        return new Recording(
                manifest.id(),
                1,
                manifest.kind(),
                RecordingState.STORED,
                manifest.cases(),
                manifest.device(),
                null,
                null,
                manifest.session(),
                manifest.from(),
                manifest.to(),
                null,
                null,
                manifest.receivedAt(),
                key.day(),
                manifest.filename(),
                manifest.contentType(),
                manifest.sizeBytes(),
                manifest.fingerprint(),
                false,
                null,
                null,
                SampleRecordings.routine(java.time.LocalDate.parse("2027-05-20")),
                List.of(),
                manifest.attachment());
    }

    Path file(Recording recording) {
        return vault.localFile(new OriginalKey(recording.receivedDay(), recording.id()))
                .orElseThrow();
    }

    /** As a disk does it: the file is written to behind everybody's back. */
    void rot(Recording recording) throws IOException {
        Path file = file(recording);
        file.toFile().setWritable(true);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }

    /** Exports the case into a file. */
    Path export(Path zip) throws IOException, Problem, StorageFailure {
        return export(zip, false);
    }

    Path export(Path zip, boolean leavesOutDamaged) throws IOException, Problem, StorageFailure {
        try (OutputStream out = Files.newOutputStream(zip)) {
            desk.export(desk.order(SOMEBODY, CASE, "移送审查起诉", leavesOutDamaged), out);
        }
        return zip;
    }

    byte[] exported() throws IOException, Problem, StorageFailure {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        desk.export(desk.order(SOMEBODY, CASE, "移送审查起诉", false), out);
        return out.toByteArray();
    }

    /** The kinds of events of a recording, in order. */
    List<EventKind> kinds(Recording recording) throws StorageFailure {
        List<EventKind> kinds = new ArrayList<>();
        catalog.custody(recording.id()).forEach(event -> kinds.add(event.kind()));
        return kinds;
    }
}
