package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.DisposalCertificate;
import org.liuhen.retention.Disposals;
import org.liuhen.storage.Assignment;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.LedgerKey;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.catalog.CatalogRebuild;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.storage.ledger.SalvagedEvents;
import org.liuhen.storage.ledger.SigningKey;
import org.liuhen.storage.vault.FileCalls;

/**
 * What a rebuild takes from the ledger folder when the catalog is lost, cannot be read or knows less than was published.
 * Devices, cases, sessions, certificates and the log's keys are what the events tell; users, passwords, tokens and uploads are in no event.
 *
 * <p>If the events do not begin with exactly what was published, the log must not go on: one key would have signed two
 * logs. Then the key and the ledger folder are set aside, and a log of another name begins with what there is.
 */
final class Salvage {
    private final Path root;
    private final FileCalls files;

    Salvage(Path root, FileCalls files) {
        this.root = root;
        this.files = files;
    }

    /** Where a rebuild's events come from, and what follows from that. */
    static final class Source {
        final SalvagedEvents events;
        final List<String> notes = new ArrayList<>();
        /** Whether the log goes on under its name and key. */
        boolean goesOn;

        boolean catalogDamaged;
        boolean uploadsLost;

        Source(SalvagedEvents events) {
            this.events = events;
        }
    }

    private Path ledger() {
        return root.resolve("ledger");
    }

    private Path keys() {
        return root.resolve("keys");
    }

    SalvagedEvents look() throws StorageFailure {
        return SalvagedEvents.read(ledger(), leaf -> {});
    }

    /** Whether a failure says that a catalog cannot be read, and not that it must not be. */
    static boolean isDamage(StorageFailure failure) {
        return failure.kind() == StorageFailure.Kind.CORRUPT
                || failure.kind() == StorageFailure.Kind.MISSING
                || failure.kind() == StorageFailure.Kind.OUT_OF_SERVICE;
    }

    static boolean holds(CatalogRebuild rebuild, Ledger.Head head) throws StorageFailure {
        return rebuild.root(head.size())
                .filter(found -> Arrays.equals(found, head.root()))
                .isPresent();
    }

    boolean goesOn(CatalogRebuild rebuild, SalvagedEvents events) throws StorageFailure {
        Checkpoint published = events.published();
        if (published == null) {
            return !Files.exists(ledger().resolve("checkpoint"));
        }
        return events.isSignedWithin(keys()) && holds(rebuild, new Ledger.Head(published.size(), published.root()));
    }

    /** Puts everything that the ledger folder tells into {@code rebuild}, and what else of the old catalog can be read. */
    void fill(CatalogRebuild rebuild, Source source, List<String> troubles) throws StorageFailure {
        SalvagedEvents events = source.events;
        Optional<String> unread = source.catalogDamaged
                ? rebuild.takeReadable(root.resolve("catalog"))
                : Optional.of(
                        CatalogRebuild.isThere(root.resolve("catalog"))
                                ? "the old catalog is not that of the last log"
                                : "the catalog is gone");
        source.uploadsLost = unread.isPresent();
        unread.ifPresent(why -> troubles.add("users, passwords and tokens: in no event (" + why
                + "); the next start makes an administrator and says the password; devices need new tokens: revoke"
                + " and add them; classifications that wait for a second person are proposed anew, and what"
                + " `liuhen verify` found before it finds again"));
        Told told = new Told();
        SalvagedEvents.read(ledger(), leaf -> {
            rebuild.add(leaf);
            told.by(leaf, rebuild);
        });
        source.goesOn = events.extended() && events.isSignedWithin(keys());
        told.into(rebuild, source.goesOn);
        if (events.trouble() != null) {
            troubles.add("ledger folder: " + events.trouble());
        }
        source.notes.add(
                "the events come from the ledger folder: " + events.head().size());
        Checkpoint published = events.published();
        if (source.goesOn && published != null) {
            source.notes.add("the first " + published.size()
                    + " events have the root hash that was published; the log goes on under its key");
        } else if (events.missing() > 0) {
            troubles.add("log: " + events.missing() + " events that were published are missing, from event "
                    + events.head().size() + " on; a log of another name and key begins, every recording is held");
        } else {
            troubles.add("log: its events cannot be shown to be those that were published; a log of another name and"
                    + " key begins, every recording is held");
        }
    }

    /** Sets the key that signed aside; the next one that opens the keys makes another. Durable on return. */
    void setKeyAside(Instant now) throws IOException {
        Path key = keys().resolve(SigningKey.FILE);
        if (Files.exists(key)) {
            files.replaceFile(key, CatalogFolders.aside(key, now));
            files.forceFolder(keys());
        }
    }

    /** Sets what was received of uploads that nobody knows any more aside. Durable on return. */
    Optional<Path> setIncomingAside(Instant now) throws IOException {
        Path incoming = root.resolve("vault").resolve("incoming");
        if (FolderCopy.list(incoming).isEmpty()) {
            return Optional.empty();
        }
        Path aside = setAside(incoming, now);
        files.createFolder(incoming);
        files.forceFolder(root.resolve("vault"));
        return Optional.of(aside);
    }

    Optional<Path> setLedgerAside(Instant now) throws IOException {
        return Files.isDirectory(ledger()) ? Optional.of(setAside(ledger(), now)) : Optional.empty();
    }

    private Path setAside(Path folder, Instant now) throws IOException {
        Path aside = CatalogFolders.aside(folder, now);
        files.renameFolder(folder, aside);
        files.forceFolder(FolderCopy.parentOf(folder));
        return aside;
    }

    /** What events tell about what is known by name: the last one counts. */
    private static final class Told {
        private final Map<String, Device> devices = new TreeMap<>();
        private final Map<String, CaseFile> cases = new TreeMap<>();
        private final List<LedgerKey> keys = new ArrayList<>();

        private void by(Ledger.Leaf leaf, CatalogRebuild rebuild) throws StorageFailure {
            CustodyEvent event;
            try {
                event = StoredJson.MAPPER.readValue(leaf.event(), CustodyEvent.class);
            } catch (IOException e) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "event: " + leaf.index() + ": " + e.getMessage(), e);
            }
            Map<String, String> details = event.details();
            switch (event.kind()) {
                case DEVICE_ADDED -> device(event, details);
                case DEVICE_REVOKED ->
                    devices.computeIfPresent(details.getOrDefault("device", ""), (id, was) -> was.revoked(event.at()));
                case DEVICE_CHANGED ->
                    devices.computeIfPresent(details.getOrDefault("device", ""), (id, was) -> changed(was, details));
                case CASE_OPENED, CASE_CLOSED -> caseFile(event, details);
                case KEY_ROTATED -> {
                    if (keys.isEmpty()) {
                        keys.add(new LedgerKey(details.getOrDefault("from", ""), null, null));
                    }
                    keys.add(new LedgerKey(details.getOrDefault("to", ""), event.at(), details.get("statement")));
                }
                case SESSION_OPENED, SESSION_MARKED, SESSION_GAP_EXPLAINED, SESSION_CLOSED, SESSION_RECOMPUTED ->
                    session(event, rebuild);
                case DISPOSED -> certificate(event, rebuild);
                default -> {
                    // Says nothing about a name.
                }
            }
        }

        /** The details name what changed: an assignment, a certificate, or what the label says. */
        private static Device changed(Device was, Map<String, String> details) {
            String from = details.get("from");
            if (from != null) {
                return was.assigned(
                        new Assignment(told(details.get("officer"), null, OfficerId::new), Instant.parse(from)));
            }
            String certificate = details.get("certificate");
            if (certificate != null) {
                return was.withCertificate(told(certificate, null, text -> text));
            }
            String name = told(details.get("name"), was.name(), text -> text);
            return was.described(
                    name == null ? was.id().value() : name,
                    told(details.get("unit"), was.unit(), UnitId::new),
                    told(details.get("serial"), was.serial(), text -> text),
                    told(details.get("maker"), was.maker(), text -> text),
                    told(details.get("model"), was.model(), text -> text));
        }

        /** What a detail says: nothing, if it is empty; what was known, if it is left out. */
        private static <T> @Nullable T told(@Nullable String detail, @Nullable T was, Function<String, T> read) {
            return detail == null ? was : detail.isEmpty() ? null : read.apply(detail);
        }

        private void device(CustodyEvent event, Map<String, String> details) {
            String id = details.get("device");
            if (id != null) {
                String unit = details.get("unit");
                String officer = details.get("officer");
                devices.put(
                        id,
                        new Device(
                                new DeviceId(id),
                                id,
                                unit == null ? null : new UnitId(unit),
                                officer == null ? null : new OfficerId(officer),
                                event.at(),
                                null));
            }
        }

        /** Goes in at once: there may be more of them than memory. */
        private static void certificate(CustodyEvent event, CatalogRebuild rebuild) throws StorageFailure {
            RecordingId about = event.recording();
            if (about != null) {
                DisposalCertificate certificate = Disposals.certificate(about, event);
                rebuild.entry(DisposalCertificate.KIND, certificate.name(), certificate);
            }
        }

        /** Each event holds the session as it was then; the last one stays. */
        private static void session(CustodyEvent event, CatalogRebuild rebuild) throws StorageFailure {
            try {
                InterrogationSession session = StoredJson.MAPPER.readValue(
                        event.details().getOrDefault("entry", ""), InterrogationSession.class);
                rebuild.entry(Register.SESSIONS, session.id().value(), session);
            } catch (IOException e) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "event: " + event.sequence() + " holds no session", e);
            }
        }

        private void caseFile(CustodyEvent event, Map<String, String> details) {
            String number = details.get("case");
            if (number != null) {
                boolean open = event.kind() == EventKind.CASE_OPENED;
                cases.put(
                        number,
                        new CaseFile(
                                new CaseNumber(number),
                                open,
                                event.at(),
                                event.actor(),
                                details.getOrDefault("reason", "")));
            }
        }

        /** Events say more than the old catalog, but for the names of devices. */
        private void into(CatalogRebuild rebuild, boolean sameKeys) throws StorageFailure {
            for (Map.Entry<String, Device> device : devices.entrySet()) {
                if (device.getValue().revokedAt() != null
                        || rebuild.entry(Register.DEVICES, device.getKey()).isEmpty()) {
                    rebuild.entry(Register.DEVICES, device.getKey(), device.getValue());
                }
            }
            for (Map.Entry<String, CaseFile> file : cases.entrySet()) {
                rebuild.entry(Register.CASES, file.getKey(), file.getValue());
            }
            rebuild.dropEntries(Register.LEDGER_KEYS);
            for (int i = 0; sameKeys && i < keys.size(); i++) {
                rebuild.entry(Register.LEDGER_KEYS, String.format(Locale.ROOT, "%08d", i + 1), keys.get(i));
            }
        }
    }
}
