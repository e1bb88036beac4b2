package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.ingest.UploadDesk.BY_DOCK;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;
import static org.liuhen.ingest.UploadDesk.footage;

import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.ingest.FailingStore.Fault;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/** Fails every single call by which uploads change vault and catalog, and looks at what is left. */
class SealingFaultTest {
    private static final byte[] FOOTAGE = footage(9_000, 7);
    private static final VaultSettings NO_RESERVE = new VaultSettings(0, 64 << 20);

    @TempDir
    Path folder;

    /** What a device has been told, which is what it relies on. */
    private static final class Told {
        @Nullable
        UploadId upload;

        long offsetBytes;
        boolean sealed;
    }

    private interface Scenario {
        void run(UploadDesk desk, Told told) throws StorageFailure;
    }

    /** Two bodies, the first of them acknowledged, the second completes. */
    private static void inTwoParts(UploadDesk desk, Told told) throws StorageFailure {
        UploadWriter writer = desk.begin(FOOTAGE.length, "case", "A-1");
        writer.write(ByteBuffer.wrap(FOOTAGE, 0, 4000));
        Upload upload = ((Written.Acknowledged) writer.finish()).upload();
        told.upload = upload.id();
        told.offsetBytes = upload.offsetBytes();
        goOn(desk, told);
    }

    private static void goOn(UploadDesk desk, Told told) throws StorageFailure {
        Upload now = desk.standing(row(desk, told));
        assertThat(now.offsetBytes()).as("acknowledged offset").isGreaterThanOrEqualTo(told.offsetBytes);
        if (now.recording() == null) {
            UploadWriter writer = desk.append(now);
            int from = (int) now.offsetBytes();
            writer.write(ByteBuffer.wrap(FOOTAGE, from, FOOTAGE.length - from));
            assertThat(writer.finish()).isInstanceOf(Written.Sealed.class);
        }
        told.sealed = true;
    }

    private static Upload row(UploadDesk desk, Told told) throws StorageFailure {
        UploadId id = told.upload;
        if (id == null) {
            throw new AssertionError("nothing begun");
        }
        return desk.catalog.upload(id).orElseThrow(() -> new AssertionError("acknowledged upload forgotten"));
    }

    private static void asWholeFile(UploadDesk desk, Told told) throws StorageFailure {
        UploadWriter writer = ((Begun.Ready) desk.uploads.begin(
                        BY_DOCK,
                        UploadDesk.metadata("case", "A-1"),
                        Uploads.WHOLE_FILE,
                        Map.of(),
                        OptionalLong.of(FOOTAGE.length),
                        false))
                .writer();
        writer.write(ByteBuffer.wrap(FOOTAGE));
        assertThat(writer.finishWhole()).isInstanceOf(Written.Sealed.class);
        told.sealed = true;
    }

    private static void twice(UploadDesk desk, Told told) throws StorageFailure {
        asWholeFile(desk, told);
        told.sealed = true;
        asWholeFile(desk, told);
    }

    private static void refused(UploadDesk desk, Told told) throws StorageFailure {
        UploadWriter writer = desk.begin(FOOTAGE.length, "sha256", "0".repeat(64));
        writer.write(ByteBuffer.wrap(FOOTAGE));
        assertThat(writer.finish()).isInstanceOf(Written.FingerprintMismatch.class);
    }

    @ParameterizedTest
    @EnumSource
    void an_upload_in_parts_is_complete_or_resumable_whatever_call_fails(Fault fault) throws Exception {
        everyCall(fault, SealingFaultTest::inTwoParts, (desk, told) -> {
            if (told.upload != null) {
                goOn(desk, told);
            } else {
                inTwoParts(desk, told);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_whole_file_is_a_recording_or_nothing_whatever_call_fails(Fault fault) throws Exception {
        everyCall(fault, SealingFaultTest::asWholeFile, SealingFaultTest::asWholeFile);
    }

    @ParameterizedTest
    @EnumSource
    void a_repetition_loses_nothing_whatever_call_fails(Fault fault) throws Exception {
        everyCall(fault, SealingFaultTest::twice, SealingFaultTest::asWholeFile);
    }

    @ParameterizedTest
    @EnumSource
    void a_refused_upload_leaves_nothing_whatever_call_fails(Fault fault) throws Exception {
        everyCall(fault, SealingFaultTest::refused, SealingFaultTest::asWholeFile);
    }

    private void everyCall(Fault fault, Scenario first, Scenario then) throws Exception {
        int calls = 0;
        int n = 0;
        do {
            n++;
            SettableClock clock = new SettableClock(NOW);
            Path root = folder.resolve(fault + "-" + n);
            try (MemoryCatalog catalog = new MemoryCatalog(clock, new SecureRandom())) {
                UploadDesk.register(catalog, DOCK);
                FailingStore store = new FailingStore(n, fault);
                Vault vault = FileVault.open(root, NO_RESERVE, clock);
                UploadDesk desk = new UploadDesk(store.over(catalog), store.over(vault));
                Told told = new Told();
                String where;
                try {
                    first.run(desk, told);
                    where = "not reached";
                } catch (StorageFailure failure) {
                    where = "failed";
                }
                calls = store.calls().size();
                where = fault + " at call " + n + " of " + store.calls() + ", " + where;
                if (fault == Fault.FAILS_BEFORE || fault == Fault.FAILS_AFTER) {
                    // The server goes on, and the device tries again.
                    if (!told.sealed) {
                        then.run(desk, told);
                    }
                    check(catalog, vault, told, where, false);
                }
                desk.uploads.close();
                UploadDesk reopened = new UploadDesk(catalog, FileVault.open(root, NO_RESERVE, clock));
                assertThat(reopened.uploads.repairs().lost()).as(where).isEmpty();
                check(catalog, reopened.vault, told, where, true);
                then.run(reopened, told);
                check(catalog, reopened.vault, told, where, true);
                reopened.uploads.close();
            }
        } while (n <= calls);
    }

    /** Nothing half, nothing twice, nothing acknowledged missing. */
    private static void check(MemoryCatalog catalog, Vault vault, Told told, String where, boolean afterStart)
            throws Exception {
        List<Recording> recordings =
                catalog.recordings(RecordingQuery.ALL, 100, null).items();
        assertThat(recordings).as(where).hasSizeLessThanOrEqualTo(1);
        if (told.sealed) {
            assertThat(recordings).as(where).hasSize(1);
        }
        List<OriginalKey> originals;
        try (var all = vault.originals()) {
            originals = all.toList();
        }
        Set<OriginalKey> known = new HashSet<>();
        for (Recording recording : recordings) {
            OriginalKey key = new OriginalKey(recording.receivedDay(), recording.id());
            known.add(key);
            try (var channel = vault.open(key)) {
                assertThat(Channels.newInputStream(channel).readAllBytes())
                        .as(where)
                        .isEqualTo(FOOTAGE);
            }
            assertThat(vault.manifest(key).orElseThrow().fingerprint()).isEqualTo(recording.fingerprint());
            assertThat(catalog.recording(recording.id(), ReadLevel.CURRENT)).contains(recording);
            assertThat(catalog.custody(recording.id()).stream().map(CustodyEvent::kind))
                    .as(where)
                    .startsWith(EventKind.RECEIVED)
                    .filteredOn(kind -> kind == EventKind.RECEIVED)
                    .hasSize(1);
        }
        if (afterStart) {
            assertThat(originals).as(where).containsExactlyInAnyOrderElementsOf(known);
            List<UploadId> rows = new ArrayList<>();
            for (Upload upload : catalog.uploads()) {
                if (upload.recording() == null) {
                    rows.add(upload.id());
                }
            }
            assertThat(rows).as(where).containsAll(vault.unfinished());
        } else {
            assertThat(originals).as(where).containsAll(known);
        }
    }
}
