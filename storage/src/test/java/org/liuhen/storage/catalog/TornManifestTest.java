package org.liuhen.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.SampleRecordings;

/** A manifest whose end was torn is mended; one that has rotted is left alone and refused. */
class TornManifestTest {
    @TempDir
    private Path folder;

    private Path manifest = Path.of("");
    private byte[] whole = {};

    @BeforeEach
    void found_a_store() throws Exception {
        try (RocksCatalog catalog = open()) {
            SampleRecordings.commit(
                    catalog,
                    Change.builder()
                            .event(CustodyEvent.of(
                                    InstantSource.system().instant(),
                                    Actor.CONSOLE,
                                    EventKind.VERIFIED,
                                    null,
                                    java.util.Map.of()))
                            .build());
        }
        Path catalog = folder.resolve("catalog");
        manifest = catalog.resolve(Files.readString(catalog.resolve("CURRENT"), StandardCharsets.US_ASCII)
                .strip());
        whole = Files.readAllBytes(manifest);
    }

    private RocksCatalog open() throws StorageFailure {
        return RocksCatalog.open(
                folder.resolve("catalog"), folder.resolve("keys"), InstantSource.system(), new SecureRandom());
    }

    private void assertOpens() throws StorageFailure {
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.ledger().head().size()).isEqualTo(1);
            assertThat(catalog.ledger().audit()).isEmpty();
        }
    }

    /** A last record that was being written: the last one that is there, again. */
    private byte[] withRecordAtTheEnd(int flippedFromEnd) {
        int from = whole.length - 20;
        byte[] longer = Arrays.copyOf(whole, whole.length + 20);
        System.arraycopy(whole, from, longer, whole.length, 20);
        longer[longer.length - flippedFromEnd] ^= 4;
        return longer;
    }

    @Test
    void whole_manifest_is_left_as_it_is() throws Exception {
        assertThat(TornManifest.cut(folder.resolve("catalog"))).isFalse();
        assertThat(manifest).hasBinaryContent(whole);
        assertOpens();
    }

    @Test
    void torn_end_is_cut_off_and_kept_beside() throws Exception {
        byte[] torn = Arrays.copyOf(whole, whole.length + 30);
        torn[whole.length] = 17;
        torn[whole.length + 4] = 9;
        torn[whole.length + 6] = 1;
        Files.write(manifest, torn);

        assertOpens();

        assertThat(manifest.resolveSibling(manifest.getFileName() + ".torn")).hasBinaryContent(torn);
    }

    @Test
    void any_flipped_bit_of_the_last_record_is_mended_or_refused_and_never_changes_what_is_there() throws Exception {
        for (int fromEnd = 1; fromEnd <= 7; fromEnd++) {
            Files.write(manifest, withRecordAtTheEnd(fromEnd));
            TornManifest.cut(folder.resolve("catalog"));
            assertThat(Arrays.copyOf(Files.readAllBytes(manifest), whole.length))
                    .isEqualTo(whole);
        }
    }

    @Test
    void rot_before_whole_records_is_refused_and_left_alone() throws Exception {
        byte[] rotten = whole.clone();
        rotten[60] ^= 1;
        Files.write(manifest, rotten);

        assertThat(TornManifest.cut(folder.resolve("catalog"))).isFalse();
        assertThat(manifest).hasBinaryContent(rotten);
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(this::open)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.CORRUPT));
    }
}
