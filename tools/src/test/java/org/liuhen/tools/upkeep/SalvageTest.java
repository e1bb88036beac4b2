package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.vault.DurableFiles;

/** What comes back when the catalog is lost. */
final class SalvageTest {
    private static final Instant START = Instant.parse("2026-01-15T04:00:00Z");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(START);

    /** What happens to the files of a catalog. */
    private interface Accident {
        void happen(Path catalog) throws IOException;
    }

    private Archive open() throws Exception {
        return Archive.open(folder, clock);
    }

    private Reindex.Report reindex() throws StorageFailure, IOException {
        return Archive.reindex(folder, clock, DurableFiles.LOCAL);
    }

    private static Random random() {
        long seed = Long.getLong("liuhen.seed", System.nanoTime());
        System.out.println("SalvageTest: -Dliuhen.seed=" + seed);
        return new Random(seed);
    }

    private static void lose(Path catalog) throws IOException {
        FolderCopy.drop(catalog, DurableFiles.LOCAL);
    }

    private static void flip(Path catalog) throws IOException {
        for (Path file : FolderCopy.filesBelow(catalog)) {
            if (file.toString().endsWith(".sst") || file.toString().endsWith(".log")) {
                byte[] bytes = Files.readAllBytes(file);
                for (int i = 0; i < bytes.length; i += 97) {
                    bytes[i] ^= 0x10;
                }
                Files.write(file, bytes);
            }
        }
    }

    private static void spoilManifest(Path catalog) throws IOException {
        for (Path file : FolderCopy.filesBelow(catalog)) {
            if (String.valueOf(file.getFileName()).startsWith("MANIFEST")) {
                Files.write(file, "nobody can read this".repeat(50).getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void random_lives_and_their_log_are_the_same_after_the_catalog_was_lost_or_spoiled() throws Exception {
        Random random = random();
        Map<String, Accident> accidents = new TreeMap<>();
        accidents.put("lost", SalvageTest::lose);
        accidents.put("CURRENT cut off", catalog -> Files.write(catalog.resolve("CURRENT"), new byte[0]));
        accidents.put("CURRENT lost", catalog -> Files.delete(catalog.resolve("CURRENT")));
        accidents.put("manifest spoiled", SalvageTest::spoilManifest);
        accidents.put("bytes flipped", SalvageTest::flip);
        ReindexTest.Seen before;
        Ledger.Head head;
        try (Archive archive = open()) {
            ReindexTest.liveAll(archive, random);
            archive.publish();
            before = ReindexTest.Seen.of(archive).withoutUploads();
            head = archive.catalog.ledger().head();
        }
        for (Map.Entry<String, Accident> accident : accidents.entrySet()) {
            accident.getValue().happen(folder.resolve("catalog"));

            Reindex.Report report = reindex();

            assertThat(report.adopted()).as(accident.getKey()).isEmpty();
            assertThat(String.join("\n", report.notes())).as(accident.getKey()).contains("goes on under its key");
            try (Archive archive = open()) {
                ReindexTest.assertSame(ReindexTest.Seen.of(archive).withoutUploads(), before);
                assertThat(archive.catalog.ledger().root(head.size())).isEqualTo(head.root());
                assertThat(archive.catalog.ledger().audit()).isEmpty();
                archive.publish();
            }
        }
    }

    private static List<CustodyEvent> repairs(Archive archive) throws StorageFailure {
        return archive.catalog.events(0, 10_000).stream()
                .filter(event -> event.kind() == EventKind.STORE_REPAIRED)
                .toList();
    }

    @Test
    void missing_last_bundle_begins_another_log_that_names_the_old_one_and_holds_everything() throws Exception {
        long published;
        String note;
        String origin;
        try (Archive archive = open()) {
            ReindexTest.liveAll(archive, random());
            for (int i = 100; archive.catalog.ledger().head().size() < 300; i++) {
                archive.push(ReindexTest.footage(i));
            }
            archive.publish();
            published = archive.catalog.ledger().head().size();
            note = Files.readString(folder.resolve("ledger/checkpoint"));
            origin = note.substring(0, note.indexOf('\n'));
        }
        lose(folder.resolve("catalog"));
        for (long bundle = 1; bundle * 256 < published; bundle++) {
            Files.delete(folder.resolve("ledger/events/00" + bundle));
        }

        Reindex.Report report = reindex();

        assertThat(report.events()).isEqualTo(256);
        assertThat(String.join("\n", report.troubles()))
                .contains(published - 256 + " events that were published are missing, from event 256 on");
        try (Archive archive = open()) {
            assertThat(archive.catalog.ledger().checkpoint()).doesNotStartWith(origin);
            archive.publish();
            List<CustodyEvent> repairs = repairs(archive);
            assertThat(repairs.get(repairs.size() - 1).details())
                    .containsEntry("checkpoint", note)
                    .containsEntry("missing", Long.toString(published - 256));
            for (Recording recording : Archive.all(archive.catalog, RecordingQuery.ALL)) {
                assertThat(recording.state() == RecordingState.DISPOSED
                                || !recording.retention().holds().isEmpty())
                        .isTrue();
            }
            try (Stream<?> originals = archive.vault.originals()) {
                assertThat(Archive.all(archive.catalog, RecordingQuery.ALL).size())
                        .isGreaterThanOrEqualTo((int) originals.count());
            }
        }
    }

    @Test
    void bundle_that_was_edited_is_named_and_not_used() throws Exception {
        RecordingId id;
        try (Archive archive = open()) {
            archive.registerDock();
            id = archive.push(ReindexTest.footage(1), "case", "A-1");
            archive.publish();
        }
        Path bundle = folder.resolve("ledger/events/000");
        Files.writeString(bundle, Files.readString(bundle).replace("A-1", "A-2"));
        lose(folder.resolve("catalog"));

        Reindex.Report report = reindex();

        assertThat(String.join("\n", report.troubles()))
                .contains("bundle events/000: event 1 is not what was published");
        assertThat(report.adopted()).containsExactly(id);
        try (Archive archive = open()) {
            assertThat(archive.now(id).cases()).containsExactly(new CaseNumber("A-1"));
            assertThat(archive.now(id).retention().holds()).isNotEmpty();
        }
    }

    @Test
    void torn_bundle_is_named_and_not_used() throws Exception {
        try (Archive archive = open()) {
            archive.push(ReindexTest.footage(1));
            archive.publish();
        }
        Path bundle = folder.resolve("ledger/events/000");
        byte[] bytes = Files.readAllBytes(bundle);
        Files.write(bundle, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        lose(folder.resolve("catalog"));

        Reindex.Report report = reindex();

        assertThat(String.join("\n", report.troubles())).contains("bundle events/000: ");
        assertThat(report.adopted()).hasSize(1);
    }

    @Test
    void salvage_that_is_cut_off_at_any_call_can_be_repeated_and_keeps_what_was_acknowledged() throws Exception {
        for (boolean whole : new boolean[] {true, false}) {
            Path root = folder.resolve("whole-" + whole);
            RecordingId id;
            try (Archive archive = Archive.open(root, clock)) {
                archive.registerDock();
                id = archive.push(ReindexTest.footage(1), "case", "A-1");
                UploadWriter unfinished = archive.begin(100);
                unfinished.write(ByteBuffer.wrap(ReindexTest.footage(2)));
                unfinished.park();
                archive.publish();
            }
            lose(root.resolve("catalog"));
            if (!whole) {
                Files.delete(root.resolve("ledger/events/000"));
            }
            int cuts = 0;
            boolean done = false;
            for (int n = 0; !done; n++) {
                FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
                files.failAt(n, FailingFiles.Fault.POWER_CUT);
                try {
                    Archive.reindex(root, clock, files);
                    done = files.failed().isEmpty();
                } catch (IOException e) {
                    cuts++;
                }
                assertThat(holds(root.resolve("vault"), ReindexTest.footage(2)))
                        .as("call %d, %s", n, files.failed())
                        .isTrue();
            }
            assertThat(cuts).isGreaterThan(5);
            try (Archive archive = Archive.open(root, clock)) {
                assertThat(archive.now(id).cases()).hasSize(1);
                assertThat(archive.catalog.ledger().audit()).isEmpty();
                archive.publish();
            }
            assertThat(holds(root.resolve("vault"), ReindexTest.footage(2))).isTrue();
        }
    }

    private static boolean holds(Path vault, byte[] bytes) throws IOException {
        for (Path file : FolderCopy.filesBelow(vault)) {
            if (new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .contains(new String(bytes, StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }
}
