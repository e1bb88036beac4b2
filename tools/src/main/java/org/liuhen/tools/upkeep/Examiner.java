package org.liuhen.tools.upkeep;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Contents;
import org.liuhen.storage.vault.Pace;
import org.liuhen.storage.vault.StoredManifest;

/**
 * Recomputes one recording at a time and compares ledger, catalog and every copy in the vault. The ledger's event of
 * receipt has the last word: a manifest that is not the one it names is told, and none of its members is used. Safe for
 * many threads.
 */
final class Examiner {
    /** How the copies of a vault are called, in their order. */
    private static final List<String> NAMES = List.of("vault", "mirror");

    private final Catalog catalog;
    private final Vault vault;

    Examiner(Catalog catalog, Vault vault) {
        this.catalog = catalog;
        this.vault = vault;
    }

    static String nameOf(int copy) {
        return NAMES.get(copy);
    }

    Examination examine(Recording row, Pace pace) throws StorageFailure {
        return new Run(row, received(row)).examine(pace);
    }

    /** The event of the receipt that this row came from: the last one, as bytes may come again after a disposal. */
    private @Nullable CustodyEvent received(Recording row) throws StorageFailure {
        CustodyEvent last = null;
        for (CustodyEvent event : catalog.custody(row.id())) {
            if (event.kind() == EventKind.RECEIVED) {
                last = event;
            }
        }
        return last;
    }

    /** The examination of one recording. */
    private final class Run {
        private final Recording row;
        private final @Nullable CustodyEvent received;
        private final Fingerprint expected;
        private final OriginalKey key;
        private final List<Difference> differences = new ArrayList<>();
        private final TreeSet<Long> rottenMiB = new TreeSet<>();
        private final List<byte @Nullable []> trusted = new ArrayList<>();
        private final List<Boolean> there = new ArrayList<>();

        private Run(Recording row, @Nullable CustodyEvent received) {
            this.row = row;
            this.received = received;
            this.key = new OriginalKey(row.receivedDay(), row.id());
            String promised = received == null ? null : received.details().get("sha256");
            this.expected = promised == null ? row.fingerprint() : new Fingerprint(promised);
        }

        private Examination examine(Pace pace) throws StorageFailure {
            compareRow();
            List<Vault> vaults = vault.copies();
            boolean several = vaults.size() > 1;
            for (int i = 0; i < vaults.size(); i++) {
                checkManifest(vaults.get(i), several ? nameOf(i) : null);
            }
            List<Examination.Copy> copies = new ArrayList<>();
            for (int i = 0; i < vaults.size(); i++) {
                boolean sound = there.get(i) && checkOriginal(vaults.get(i), several ? nameOf(i) : null, i, pace);
                copies.add(new Examination.Copy(nameOf(i), vaults.get(i), there.get(i), sound, trusted.get(i)));
            }
            return new Examination(row, expected, differences, List.copyOf(rottenMiB), copies);
        }

        private void differs(@Nullable String copy, String where, String what) {
            differences.add(new Difference(copy, where, what));
        }

        private void compareRow() {
            CustodyEvent event = received;
            if (event == null) {
                differs(null, "ledger", "no event of receipt (expected: one, as for every recording)");
                return;
            }
            Map<String, String> promised = event.details();
            Map<String, Object> found = Map.of(
                    "sha256", row.fingerprint(),
                    "size", row.sizeBytes(),
                    "device", row.device(),
                    "filename", row.filename());
            new java.util.TreeMap<>(found).forEach((member, value) -> {
                String expectedValue = promised.get(member);
                if (expectedValue != null && !expectedValue.equals(value.toString())) {
                    differs(
                            null,
                            "catalog",
                            member + " " + value + " (expected: " + expectedValue + ", as event " + event.sequence()
                                    + " says)");
                }
            });
        }

        private void checkManifest(Vault copy, @Nullable String name) throws StorageFailure {
            byte[] sound = null;
            boolean isThere = true;
            try {
                Optional<byte[]> bytes = copy.manifestBytes(key);
                if (bytes.isPresent()) {
                    sound = isAsWritten(bytes.get(), name) ? bytes.get() : null;
                } else {
                    isThere = false;
                    differs(name, "original", "not in the vault under " + key.day());
                }
            } catch (StorageFailure e) {
                requireDamage(e);
                differs(name, "manifest.json", withoutName(e, "manifest.json: "));
            }
            trusted.add(sound);
            there.add(isThere);
        }

        /** Whether a manifest is the one that was written at receipt and says what the row says; tells what is not so. */
        private boolean isAsWritten(byte[] bytes, @Nullable String name) throws StorageFailure {
            String digest = received == null ? null : received.details().get("manifestSha256");
            String found = DigestUtils.sha256Hex(bytes);
            boolean altered = digest != null && !digest.equals(found);
            List<String> members;
            try {
                members = ManifestComparison.differences(StoredManifest.read(bytes, row.id()), row, received);
            } catch (StorageFailure e) {
                requireDamage(e);
                members = List.of(withoutName(e, "manifest.json: "));
            }
            if (altered) {
                differs(
                        name,
                        "manifest.json",
                        "altered since the receipt, SHA-256 " + found + " (expected: " + digest + ")"
                                + (members.isEmpty() ? "" : ": " + String.join(", ", members)));
                return false;
            }
            if (members.isEmpty()) {
                return true;
            }
            if (digest != null) {
                differs(
                        name,
                        "catalog",
                        "differs from manifest.json, which is as received: " + String.join(", ", members));
                return true;
            }
            differs(name, "manifest.json", String.join(", ", members));
            return false;
        }

        private boolean checkOriginal(Vault copy, @Nullable String name, int index, Pace pace) throws StorageFailure {
            Contents contents;
            try {
                contents = Contents.of(copy, key, pace);
            } catch (StorageFailure e) {
                requireDamage(e);
                differs(name, "original", withoutName(e, "original: "));
                return false;
            }
            if (contents.fingerprint().equals(expected)) {
                requireOwnCrcs(contents, name, index);
                return true;
            }
            List<Long> rotten = whereRotten(contents, index);
            rottenMiB.addAll(rotten);
            differs(
                    name,
                    "original",
                    "SHA-256 " + contents.fingerprint() + ", " + contents.sizeBytes() + " bytes (expected: " + expected
                            + ", " + row.sizeBytes() + " bytes), "
                            + (rotten.isEmpty()
                                    ? "where cannot be told without a sound manifest.json"
                                    : "rot in MiB " + Blocks.ranges(rotten)));
            return false;
        }

        /** By the manifest beside it, or that of another copy; none that was altered is asked. */
        private List<Long> whereRotten(Contents contents, int index) throws StorageFailure {
            byte[] own = trusted.get(index);
            for (byte[] other : trusted) {
                own = own == null ? other : own;
            }
            return own == null
                    ? List.of()
                    : contents.differencePerMiB(
                            StoredManifest.read(own, row.id()).crc32cPerMiB());
        }

        /** Only matters for events that do not name their manifest: its list must be that of the sound bytes. */
        private void requireOwnCrcs(Contents contents, @Nullable String name, int index) throws StorageFailure {
            byte[] own = trusted.get(index);
            if (own == null) {
                return;
            }
            Manifest manifest = StoredManifest.read(own, row.id());
            List<Long> blocks = contents.differencePerMiB(manifest.crc32cPerMiB());
            if (!blocks.isEmpty()) {
                trusted.set(index, null);
                differs(
                        name,
                        "manifest.json",
                        "crc32cPerMiB is not that of the sound original in MiB " + Blocks.ranges(blocks));
            }
        }
    }

    private static String withoutName(StorageFailure e, String name) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith(name) ? message.substring(name.length()) : message;
    }

    private static void requireDamage(StorageFailure e) throws StorageFailure {
        if (e.kind() != StorageFailure.Kind.MISSING
                && e.kind() != StorageFailure.Kind.CORRUPT
                && e.kind() != StorageFailure.Kind.FORMAT_TOO_NEW) {
            throw e;
        }
    }
}
