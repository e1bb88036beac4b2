package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.MirroredVault;
import org.liuhen.storage.vault.VaultSettings;

/** The scrubber goes through everything, remembers where it was, announces once, and mends what it can. */
class ScrubberTest {
    private static final int MIB = 1 << 20;
    private static final ScrubSettings FAST = new ScrubSettings(1 << 20, Duration.ofDays(90));

    private final Random random = new Random(7);

    @TempDir
    private Path folder;

    private FileVault side(String name) throws Exception {
        return FileVault.open(folder.resolve(name), VaultSettings.STANDARD.withReserveBytes(0), () -> FootageStore.NOW);
    }

    private FootageStore alone() throws Exception {
        return new FootageStore(side("vault"));
    }

    private FootageStore mirrored() throws Exception {
        return new FootageStore(MirroredVault.open(side("vault"), side("mirror")));
    }

    private Scrubber scrubber(FootageStore store, @Nullable Path mirror, ScrubSettings settings) throws StorageFailure {
        return new Scrubber(
                store.catalog,
                store.caretaker,
                folder.resolve("scrub.json"),
                mirror,
                settings,
                store.clock,
                store.meters);
    }

    private static double meter(FootageStore store, String name) {
        return store.meters.get(name).counter().count();
    }

    @Test
    void rot_is_found_announced_once_and_stays_without_a_mirror() throws Exception {
        try (FootageStore store = alone()) {
            Recording rotten = store.push(random, 3 * MIB);
            store.push(random, 1000);
            FootageStore.flip(FootageStore.original(store.vault, rotten), 8L * MIB + 1);
            Scrubber scrubber = scrubber(store, null, FAST);

            scrubber.round();
            scrubber.round();

            assertThat(store.events(rotten.id(), EventKind.ROT_FOUND))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.actor().value()).isEqualTo("system:scrub");
                        assertThat(event.details()).containsEntry("rottenMiB", "[1]");
                    });
            assertThat(store.recording(rotten.id()).findings())
                    .anySatisfy(finding -> assertThat(finding.kind()).isEqualTo("rot"));
            assertThat(RotReport.open(store.catalog, 10)).hasSize(1);
            assertThat(meter(store, "liuhen.scrub.rot")).isEqualTo(1);
            assertThat(meter(store, "liuhen.scrub.recordings")).isEqualTo(4);
            assertThat(meter(store, "liuhen.scrub.bytes")).isEqualTo(2 * (3.0 * MIB + 1000));
        }
    }

    @Test
    void rotten_copy_is_mended_from_the_mirror_and_kept_aside() throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            folder = Files.createDirectory(folder.resolve("case-" + bad));
            try (FootageStore store = mirrored()) {
                Recording recording = store.push(random, 2 * MIB + 7);
                Vault copy = store.vault.copies().get(bad);
                FootageStore.flip(FootageStore.original(copy, recording), 5);

                scrubber(store, folder.resolve("mirror"), FAST).round();

                String name = bad == 0 ? "vault" : "mirror";
                assertThat(store.verifyAll().verdicts()).isEmpty();
                assertThat(store.events(recording.id(), EventKind.ROT_FOUND)).hasSize(1);
                assertThat(store.events(recording.id(), EventKind.STORE_REPAIRED))
                        .singleElement()
                        .satisfies(event -> assertThat(event.details())
                                .containsEntry("copy", name)
                                .containsEntry("what", "copy exchanged")
                                .containsKey("kept"));
                assertThat(store.recording(recording.id()).findings())
                        .noneMatch(finding -> finding.kind().equals("rot"));
                assertThat(RotReport.open(store.catalog, 10)).isEmpty();
                assertThat(folder.resolve(name).resolve("rotten")).isNotEmptyDirectory();
                assertThat(meter(store, "liuhen.scrub.repaired")).isEqualTo(1);
            }
        }
    }

    @Test
    void altered_manifest_is_mended_as_well() throws Exception {
        try (FootageStore store = mirrored()) {
            Recording recording = store.push(random, 1000);
            Files.writeString(FootageStore.manifest(store.vault.copies().get(0), recording), "{}");

            Verdict verdict = store.verifications.verify(recording.id(), FootageStore.AUDITOR);

            assertThat(verdict.differences())
                    .singleElement()
                    .satisfies(difference -> assertThat(difference.copy()).isEqualTo("vault"));
            assertThat(verdict.repaired()).hasSize(1);
            assertThat(store.verifyAll().verdicts()).isEmpty();
        }
    }

    @Test
    void what_is_rotten_in_both_is_told_and_touched_in_neither() throws Exception {
        try (FootageStore store = mirrored()) {
            Recording recording = store.push(random, 1000);
            List<byte[]> before = new ArrayList<>();
            for (Vault copy : store.vault.copies()) {
                FootageStore.flip(FootageStore.original(copy, recording), 9);
                before.add(Files.readAllBytes(FootageStore.original(copy, recording)));
            }

            scrubber(store, folder.resolve("mirror"), FAST).round();

            for (int i = 0; i < 2; i++) {
                assertThat(FootageStore.original(store.vault.copies().get(i), recording))
                        .hasBinaryContent(before.get(i));
            }
            assertThat(RotReport.open(store.catalog, 10)).hasSize(1);
            assertThat(store.events(recording.id(), EventKind.STORE_REPAIRED)).isEmpty();
        }
    }

    @Test
    void new_mirror_is_filled_and_each_copy_is_an_event() throws Exception {
        List<Recording> recordings = new ArrayList<>();
        try (FootageStore store = alone()) {
            scrubber(store, null, FAST).round();
            for (int i = 0; i < 3; i++) {
                recordings.add(store.push(random, 1000 + i));
            }
            try (FootageStore two = new FootageStore(mirrored().vault, store)) {
                scrubber(two, folder.resolve("mirror"), FAST).round();

                assertThat(two.verifyAll().verdicts()).isEmpty();
                for (Recording recording : recordings) {
                    assertThat(two.events(recording.id(), EventKind.ROT_FOUND)).isEmpty();
                    assertThat(two.events(recording.id(), EventKind.STORE_REPAIRED))
                            .extracting(CustodyEvent::details)
                            .singleElement()
                            .satisfies(details -> assertThat(details).containsEntry("what", "copy made"));
                }
            }
        }
    }

    @Test
    void restart_goes_on_where_it_was() throws Exception {
        try (FootageStore store = alone()) {
            for (int i = 0; i < 4; i++) {
                store.clock.set(store.clock.instant().plus(Duration.ofMinutes(1)));
                store.push(random, 1000);
            }
            Scrubber first = scrubber(store, null, FAST);
            first.round();
            ScrubState ended = first.state();
            assertThat(ended.recordings()).isEqualTo(4);
            assertThat(ended.roundBegan()).isNull();
            assertThat(ScrubState.read(folder.resolve("scrub.json"))).isEqualTo(ended);

            ScrubState halfway =
                    ended.beginning(store.clock.instant()).at(FootageStore.NOW.plus(Duration.ofMinutes(3)), 2000);
            halfway.write(folder.resolve("scrub.json"));
            double before = meter(store, "liuhen.scrub.recordings");
            scrubber(store, null, FAST).round();

            assertThat(meter(store, "liuhen.scrub.recordings") - before).isEqualTo(2);
        }
    }

    @Test
    void rate_that_cannot_meet_the_period_is_told() throws Exception {
        try (FootageStore store = alone()) {
            for (int i = 0; i < 3; i++) {
                store.push(random, MIB);
            }
            Scrubber scrubber = scrubber(store, null, new ScrubSettings(1, Duration.ofSeconds(1)));
            assertThat(scrubber.troubles()).isEmpty();
            scrubber.round();
            assertThat(scrubber.troubles()).singleElement().asString().contains("a round takes about");

            store.clock.set(store.clock.instant().plus(Duration.ofDays(2)));
            assertThat(scrubber.troubles()).hasSize(2);
            assertThat(store.meters
                            .get("liuhen.scrub.oldest.unchecked.seconds")
                            .gauge()
                            .value())
                    .isEqualTo(2 * 86_400.0);
            assertThat(scrubber(store, null, new ScrubSettings(0, Duration.ofDays(90)))
                            .troubles())
                    .singleElement()
                    .asString()
                    .contains("is off");
        }
    }

    @Test
    void background_thread_checks_and_stops_when_asked() throws Exception {
        try (FootageStore store = alone()) {
            Recording rotten = store.push(random, MIB);
            FootageStore.flip(FootageStore.original(store.vault, rotten), 1);
            java.util.concurrent.CountDownLatch found = new java.util.concurrent.CountDownLatch(1);
            try (Catalog.Listening listening = store.catalog.listen(events -> {
                        if (events.stream().anyMatch(event -> event.kind() == EventKind.ROT_FOUND)) {
                            found.countDown();
                        }
                    });
                    Scrubber scrubber = scrubber(store, null, FAST).start()) {
                assertThat(found.await(2, java.util.concurrent.TimeUnit.MINUTES))
                        .isTrue();
                assertThat(scrubber.oldestUnchecked()).isZero();
                assertThat(listening).isNotNull();
            }
        }
    }

    @Test
    void stored_state_of_format_1_is_read_and_newer_ones_are_refused() throws Exception {
        Path file = Files.writeString(folder.resolve("scrub.json"), """
                {"format":1,"since":"2026-11-22T10:00:00Z","mirror":"/mnt/second","roundBegan":"2026-11-23T00:00:00Z",
                 "position":"2026-11-22T09:00:00Z","recordings":12,"bytes":3456,"added":"later"}
                """);
        ScrubState state = ScrubState.read(file);
        assertThat(state).isNotNull().extracting(ScrubState::recordings).isEqualTo(12L);

        Files.writeString(file, "{\"format\":2}");
        assertThatThrownBy(() -> ScrubState.read(file))
                .isInstanceOfSatisfying(
                        StorageFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.FORMAT_TOO_NEW));
        for (String bad : new String[] {"", "{", "null", "[]", "{\"format\":1}", "{\"format\":0,\"since\":1}"}) {
            Files.writeString(file, bad);
            assertThat(ScrubState.read(file)).as(bad).isNull();
        }
    }
}
