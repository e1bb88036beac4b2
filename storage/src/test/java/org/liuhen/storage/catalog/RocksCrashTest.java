package org.liuhen.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.contract.SampleRecordings;

/** Kills a committing process again and again: what it acknowledged is there, whole, and the ledger agrees. */
final class RocksCrashTest {
    private static final int KILLS = 4;
    private static final int MOST_LINES_BEFORE_KILL = 400;

    @TempDir
    Path folder;

    @Test
    void everything_acknowledged_survives_a_kill_at_any_time() throws Exception {
        long seed = Long.getLong("liuhen.seed", new SecureRandom().nextLong());
        System.out.println("RocksCrashTest: -Dliuhen.seed=" + seed);
        Random random = new Random(seed);
        Map<Long, RecordingId> acknowledged = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            commitUntilKilled(kill * 1_000_000, random.nextInt(MOST_LINES_BEFORE_KILL), acknowledged);
            check(acknowledged);
        }
        assertThat(acknowledged).isNotEmpty();
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.filter(file -> file.getFileName().toString().contains("rocksdb")))
                    .isEmpty();
        }
    }

    private void commitUntilKilled(int firstNumber, int lines, Map<Long, RecordingId> acknowledged) throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        CommittingChild.class.getName(),
                        folder.resolve("catalog").toString(),
                        folder.resolve("keys").toString(),
                        Integer.toString(firstNumber))
                .redirectError(folder.resolve("child.err").toFile())
                .start();
        try (BufferedReader out = child.inputReader(java.nio.charset.StandardCharsets.UTF_8)) {
            assertThat(out.readLine())
                    .as("%s", Files.readString(folder.resolve("child.err")))
                    .isEqualTo("open");
            for (int i = 0; i < lines; i++) {
                note(Objects.requireNonNull(out.readLine()), acknowledged);
            }
            // By its handle: what was printed before can still be read.
            assertThat(child.toHandle().destroyForcibly()).isTrue();
            String line;
            while ((line = out.readLine()) != null) {
                // The last line may be torn: then nobody was told.
                if (line.matches("[0-9]+ [0-9a-f]{32}")) {
                    note(line, acknowledged);
                }
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void note(String line, Map<Long, RecordingId> acknowledged) {
        assertThat(line).matches("[0-9]+ [0-9a-f]{32}");
        int space = line.indexOf(' ');
        acknowledged.put(Long.valueOf(line.substring(0, space)), new RecordingId(line.substring(space + 1)));
    }

    private void check(Map<Long, RecordingId> acknowledged) throws Exception {
        try (RocksCatalog catalog = RocksCatalog.open(
                folder.resolve("catalog"), folder.resolve("keys"), InstantSource.system(), new SecureRandom())) {
            for (Map.Entry<Long, RecordingId> entry : acknowledged.entrySet()) {
                RecordingId id = entry.getValue();
                assertThat(catalog.recording(id, ReadLevel.CURRENT)).isPresent();
                assertThat(catalog.custody(id))
                        .extracting(CustodyEvent::sequence)
                        .containsExactly(entry.getKey(), entry.getKey() + 1);
                assertThat(catalog.events(entry.getKey(), 1))
                        .extracting(CustodyEvent::kind)
                        .containsExactly(EventKind.RECEIVED);
            }
            assertThat(catalog.ledger().audit()).isEmpty();
            assertThat(catalog.ledger().head().size() % 2).isZero();
            assertListIsWhole(catalog);
        }
    }

    /** Every recording has both its events, and every recording is found by its case. */
    private static void assertListIsWhole(RocksCatalog catalog) throws Exception {
        long listed = 0;
        String cursor = null;
        do {
            Page<Recording> page =
                    catalog.recordings(RecordingQuery.ofCase(SampleRecordings.CASE), RocksCatalog.MAX_PAGE, cursor);
            listed += page.items().size();
            cursor = page.next();
        } while (cursor != null);
        assertThat(2 * listed).isEqualTo(catalog.ledger().head().size());
    }
}
