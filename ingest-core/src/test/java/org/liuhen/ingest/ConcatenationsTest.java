package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.ingest.UploadDesk.BY_DOCK;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;
import static org.liuhen.ingest.UploadDesk.footage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.ingest.FailingStore.Fault;
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

class ConcatenationsTest {
    private static final byte[] FOOTAGE = footage(30_000, 11);
    private static final int[] CUTS = {0, 9_000, 9_000, 30_000};
    private static final VaultSettings NO_RESERVE = new VaultSettings(0, 64 << 20);

    @TempDir
    Path folder;

    /** A device that pushes in parts, and what it has been told. */
    private static final class Station {
        private final List<UploadId> parts = new ArrayList<>();
        private final Map<UploadId, Long> toldBytes = new HashMap<>();
        private boolean sealed;

        /** Goes on from wherever it is, as far as the store lets it. */
        void push(UploadDesk desk) throws StorageFailure {
            while (parts.size() < CUTS.length - 1) {
                int length = CUTS[parts.size() + 1] - CUTS[parts.size()];
                Begun begun = desk.uploads.begin(
                        BY_DOCK, UploadDesk.metadata(), Uploads.PART, Map.of(), OptionalLong.of(length), false);
                UploadWriter writer = ((Begun.Ready) begun).writer();
                Upload upload = ((Written.Acknowledged) writer.finish()).upload();
                parts.add(upload.id());
                toldBytes.put(upload.id(), 0L);
            }
            for (int i = 0; i < parts.size(); i++) {
                fill(desk, parts.get(i), Arrays.copyOfRange(FOOTAGE, CUTS[i], CUTS[i + 1]));
            }
            Concatenated whole =
                    desk.uploads.concatenate(BY_DOCK, UploadDesk.metadata("case", "A-1"), "tus", Map.of(), parts);
            assertThat(whole).isInstanceOf(Concatenated.Accepted.class);
            assertThat(((Concatenated.Accepted) whole).upload().recording()).isNotNull();
            sealed = true;
        }

        private void fill(UploadDesk desk, UploadId part, byte[] bytes) throws StorageFailure {
            Standing standing = desk.uploads.standing(part, BY_DOCK);
            assertThat(standing).as("an acknowledged part").isInstanceOf(Standing.Found.class);
            Upload now = ((Standing.Found) standing).upload();
            assertThat(now.offsetBytes()).isGreaterThanOrEqualTo(toldBytes.get(part));
            for (int from = (int) now.offsetBytes(); from < bytes.length; ) {
                int count = Math.min(8_000, bytes.length - from);
                UploadWriter writer = desk.append(now);
                writer.write(ByteBuffer.wrap(bytes, from, count));
                now = ((Written.Acknowledged) writer.finish()).upload();
                toldBytes.put(part, now.offsetBytes());
                from += count;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void parts_are_one_recording_or_resumable_whatever_call_fails(Fault fault) throws Exception {
        int calls;
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
                Station station = new Station();
                String where = "done";
                try {
                    station.push(desk);
                } catch (StorageFailure failure) {
                    where = String.valueOf(failure.getMessage());
                }
                desk.uploads.close();
                calls = store.calls().size();
                where = fault + " at call " + n + " of " + store.calls() + ", " + where;
                UploadDesk reopened = new UploadDesk(catalog, FileVault.open(root, NO_RESERVE, clock));
                assertThat(reopened.uploads.repairs().lost()).as(where).isEmpty();
                if (station.sealed) {
                    assertWhole(reopened, where);
                }
                station.push(reopened);
                assertWhole(reopened, where);
                reopened.uploads.close();
            }
        } while (n <= calls);
        assertThat(calls).isGreaterThan(10);
    }

    private static void assertWhole(UploadDesk desk, String where) throws Exception {
        List<Recording> recordings =
                desk.catalog.recordings(RecordingQuery.ALL, 10, null).items();
        assertThat(recordings).as(where).hasSize(1);
        assertThat(desk.original(recordings.get(0))).as(where).isEqualTo(FOOTAGE);
        try (var originals = desk.vault.originals()) {
            assertThat(originals).as(where).hasSize(1);
        }
        for (UploadId left : desk.vault.unfinished()) {
            assertThat(desk.catalog.upload(left)).as(where).isPresent();
        }
    }

    @Test
    void only_one_part_is_ever_there_twice() throws Exception {
        SettableClock clock = new SettableClock(NOW);
        try (MemoryCatalog catalog = new MemoryCatalog(clock, new SecureRandom())) {
            UploadDesk.register(catalog, DOCK);
            // Room for all parts and for the longest of them once more, not for all of them twice.
            Vault vault = new org.liuhen.storage.vault.MemoryVault(FOOTAGE.length + 21_000);
            UploadDesk desk = new UploadDesk(catalog, vault);

            new Station().push(desk);

            assertWhole(desk, "little room");
            assertThat(vault.unfinished()).isEmpty();
            desk.uploads.close();
        }
    }

    @Test
    void a_body_that_is_held_back_counts_only_when_it_is_finished() throws Exception {
        SettableClock clock = new SettableClock(NOW);
        try (MemoryCatalog catalog = new MemoryCatalog(clock, new SecureRandom())) {
            UploadDesk.register(catalog, DOCK);
            Vault vault = FileVault.open(folder.resolve("v"), NO_RESERVE, clock);
            UploadDesk desk = new UploadDesk(catalog, vault);
            UploadWriter first = desk.begin(FOOTAGE.length);
            first.write(ByteBuffer.wrap(FOOTAGE, 0, 1000));
            Upload upload = ((Written.Acknowledged) first.finish()).upload();

            UploadWriter rejected = desk.append(upload);
            rejected.holdBack();
            for (int i = 0; i < 5; i++) {
                rejected.write(ByteBuffer.wrap(new byte[5000]));
            }
            assertThat(catalog.upload(upload.id()).orElseThrow().offsetBytes()).isEqualTo(1000);
            rejected.reject();
            UploadWriter overtaken = desk.append(desk.standing(upload));
            overtaken.holdBack();
            overtaken.write(ByteBuffer.wrap(new byte[20_000]));
            assertThat(desk.standing(upload).offsetBytes()).isEqualTo(1000);
            assertThat(overtaken.write(ByteBuffer.wrap(new byte[1]))).isEqualTo(UploadWriter.Taken.SUPERSEDED);
            UploadWriter broken = desk.append(desk.standing(upload));
            broken.holdBack();
            broken.write(ByteBuffer.wrap(new byte[20_000]));
            desk.restart();
            UploadWriter last = desk.append(desk.standing(upload));
            last.holdBack();
            last.write(ByteBuffer.wrap(FOOTAGE, 1000, FOOTAGE.length - 1000));

            Upload finished = ((Written.Sealed) last.finish()).upload();

            assertThat(desk.original(desk.recording(finished))).isEqualTo(FOOTAGE);
            desk.uploads.close();
        }
    }
}
