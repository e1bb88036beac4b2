package org.liuhen.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Job;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.contract.NaiveLog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.ledger.SigningKey;
import org.rocksdb.WriteBatch;

/** Reads what format 1 wrote: {@code rows} holds a line per row, family, key and value in hexadecimal. */
final class StoredFormatTest {
    private record Row(Family family, byte[] key, byte[] value) {}

    @TempDir
    Path folder;

    private static byte[] sample(String name) throws Exception {
        try (InputStream in = StoredFormatTest.class.getResourceAsStream("format-1/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String line :
                new String(sample("rows"), StandardCharsets.UTF_8).lines().toList()) {
            String[] columns = line.split(" ", -1);
            rows.add(new Row(
                    Family.valueOf(columns[0].toUpperCase(Locale.ROOT)),
                    HexFormat.of().parseHex(columns[1]),
                    HexFormat.of().parseHex(columns[2])));
        }
        return rows;
    }

    @Test
    void samples_cover_every_family() throws Exception {
        assertThat(rows()).extracting(Row::family).contains(Family.values());
    }

    @Test
    void store_of_sample_rows_is_read_as_it_was_written() throws Exception {
        try (RocksStore store = RocksStore.open(folder.resolve("catalog"), CatalogSettings.DEFAULT);
                WriteBatch batch = new WriteBatch()) {
            for (Row row : rows()) {
                batch.put(store.handle(row.family()), row.key(), row.value());
            }
            store.write(batch);
        }
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Files.write(keys.resolve(SigningKey.FILE), sample(SigningKey.FILE));
        Files.write(keys.resolve(Cursors.FILE), sample(Cursors.FILE));
        SettableClock clock = new SettableClock(FormatSamples.AT.plusSeconds(999_999_999));
        try (RocksCatalog catalog = RocksCatalog.open(folder.resolve("catalog"), keys, clock, new SecureRandom())) {
            assertThat(catalog.recording(FormatSamples.ID, ReadLevel.CURRENT)).contains(FormatSamples.RECORDING);
            assertThat(catalog.custody(FormatSamples.ID)).containsExactly(FormatSamples.EVENT);
            assertThat(catalog.upload(FormatSamples.UPLOAD.id())).contains(FormatSamples.UPLOAD);
            assertThat(catalog.jobs("media", clock.instant(), 9)).containsExactly(FormatSamples.JOB);
            Register register = catalog.register();
            assertThat(register.entries(Register.DEVICES, null, 9)).containsExactly(FormatSamples.DEVICE);
            assertThat(register.entries(Register.USERS, null, 9)).containsExactly(FormatSamples.USER);
            assertThat(register.entries(Register.TOKENS, null, 9)).containsExactly(FormatSamples.TOKEN);
            assertThat(register.entries(Register.CASES, null, 9)).containsExactly(FormatSamples.CASE_FILE);
            for (RecordingQuery query : queries()) {
                Page<Recording> page = catalog.recordings(query, 9, null);
                assertThat(page.items()).as("%s", query).containsExactly(FormatSamples.RECORDING);
            }
            Page<Recording> due = catalog.due(java.time.LocalDate.parse("2026-09-01"), 9, null);
            assertThat(due.items()).containsExactly(FormatSamples.RECORDING);
            assertThat(catalog.ledger().audit()).isEmpty();
            String checkpoint = catalog.ledger().checkpoint();
            assertThat(checkpoint).isEqualTo(new String(sample("checkpoint"), StandardCharsets.UTF_8));
            assertThat(NaiveLog.openNote(checkpoint, catalog.ledger().verifierKey()))
                    .contains("\n1\n");
            String cursor = new String(sample("cursor"), StandardCharsets.UTF_8).strip();
            assertThat(catalog.recordings(RecordingQuery.ALL, 9, cursor).items())
                    .isEmpty();
        }
    }

    @Test
    void store_of_format_1_is_brought_to_the_present_one_and_can_be_rebuilt_from_its_events() throws Exception {
        Path old = folder.resolve("catalog");
        try (RocksStore store = RocksStore.open(old, CatalogSettings.DEFAULT);
                WriteBatch batch = new WriteBatch()) {
            for (Row row : rows()) {
                batch.put(store.handle(row.family()), row.key(), row.value());
            }
            store.write(batch);
            store.writeFormat(1);
        }
        assertRebuildIsRefused(old);
        SettableClock clock = new SettableClock(FormatSamples.AT.plusSeconds(999_999_999));
        for (int opened = 1; opened <= 2; opened++) {
            try (RocksCatalog catalog = RocksCatalog.open(old, folder.resolve("keys"), clock, new SecureRandom())) {
                assertThat(catalog.store().format()).isEqualTo(RocksStore.FORMAT);
                assertThat(catalog.recording(FormatSamples.ID, ReadLevel.CURRENT))
                        .contains(FormatSamples.RECORDING);
                assertThat(catalog.custody(FormatSamples.ID)).hasSize(2).startsWith(FormatSamples.EVENT);
                assertThat(catalog.ledger().audit()).isEmpty();
                // as if the machine had stopped before the number was written
                catalog.store().writeFormat(1);
            }
        }
        RocksCatalog.open(old, folder.resolve("keys"), clock, new SecureRandom())
                .close();
        try (CatalogRebuild rebuild = CatalogRebuild.into(folder.resolve("fresh"), (what, done) -> {})) {
            rebuild.takeAll(old);
            assertThat(rebuild.finish((recording, custody) -> {
                                assertThat(recording).isEqualTo(FormatSamples.RECORDING);
                                return List.of();
                            })
                            .recordings())
                    .isEqualTo(1);
        }
    }

    private void assertRebuildIsRefused(Path old) throws Exception {
        try (CatalogRebuild rebuild = CatalogRebuild.into(folder.resolve("refused"), (what, done) -> {})) {
            assertThatThrownBy(() -> rebuild.takeAll(old))
                    .isInstanceOfSatisfying(
                            StorageFailure.class,
                            e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.FORMAT_TOO_OLD));
        }
    }

    private static List<RecordingQuery> queries() {
        Recording recording = FormatSamples.RECORDING;
        return List.of(
                RecordingQuery.ALL,
                RecordingQuery.ofCase(FormatSamples.CASE),
                new RecordingQuery(null, recording.device(), null, null, null, null, null, null),
                new RecordingQuery(null, null, recording.officer(), null, null, null, null, null),
                new RecordingQuery(null, null, null, recording.session(), null, null, null, null));
    }

    @Test
    void this_version_writes_the_same_keys() throws Exception {
        Map<String, byte[]> written = new TreeMap<>();
        try (RocksCatalog catalog = RocksCatalog.open(
                folder.resolve("catalog"),
                folder.resolve("keys"),
                new SettableClock(FormatSamples.AT),
                new SecureRandom())) {
            org.liuhen.storage.contract.SampleRecordings.commit(catalog, FormatSamples.change());
            for (Family family : Family.values()) {
                catalog.store()
                        .scan(
                                family,
                                Rows.NOTHING,
                                null,
                                (key, value) -> written.put(name(family, key), value) == null);
            }
        }
        assertThat(written.keySet())
                .containsExactlyInAnyOrderElementsOf(rows().stream()
                        .map(row -> name(row.family(), row.key()))
                        .toList());
    }

    private static String name(Family family, byte[] key) {
        return family + " " + HexFormat.of().formatHex(key);
    }

    @Test
    void leaf_of_the_sample_event_is_the_sample_node() throws Exception {
        byte[] event = only(Family.EVENT);
        Ledger.Leaf leaf = Rows.leaf(0, event);
        assertThat(NaiveLog.sha256(new byte[] {0}, NaiveLog.sha256(leaf.salt(), leaf.event())))
                .isEqualTo(only(Family.LEDGER_NODE));
        assertThat(leaf.event()).isEqualTo(Arrays.copyOfRange(event, 17, event.length));
    }

    private static byte[] only(Family family) throws Exception {
        return rows().stream()
                .filter(row -> row.family() == family)
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void row_of_a_newer_format_is_refused_as_newer_and_a_damaged_one_as_damaged() throws Exception {
        byte[] newer = only(Family.JOB);
        newer[0] = Rows.FORMAT + 1;
        assertKind(StorageFailure.Kind.FORMAT_TOO_NEW, Job.class, newer);
        byte[] good = only(Family.UPLOAD);
        assertKind(StorageFailure.Kind.CORRUPT, Upload.class, Arrays.copyOf(good, good.length - 1));
        assertKind(StorageFailure.Kind.CORRUPT, Upload.class, new byte[0]);
        assertKind(StorageFailure.Kind.CORRUPT, Upload.class, new byte[] {0, '{', '}'});
        assertKind(StorageFailure.Kind.CORRUPT, Upload.class, new byte[] {1});
        assertKind(StorageFailure.Kind.CORRUPT, Upload.class, "\u0001null".getBytes(StandardCharsets.UTF_8));
        assertKind(StorageFailure.Kind.CORRUPT, Upload.class, "\u0001{}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> Rows.event(new byte[16])).isInstanceOf(StorageFailure.class);
        assertThatThrownBy(() -> Rows.node(new byte[31])).isInstanceOf(StorageFailure.class);
    }

    private static void assertKind(StorageFailure.Kind kind, Class<?> type, byte[] row) {
        assertThatThrownBy(() -> Rows.value(type, row))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
