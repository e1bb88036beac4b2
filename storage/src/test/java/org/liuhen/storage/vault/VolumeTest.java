package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.StorageFailure;

class VolumeTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-09T08:15:30Z"));

    private long usableBytes = 1000;
    private int asked;

    private Volume volume(long reserveBytes) {
        return new Volume(
                Path.of("somewhere"),
                reserveBytes,
                () -> {
                    asked++;
                    return usableBytes;
                },
                CLOCK);
    }

    private static void assertFull(Volume volume, long bytes) {
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> volume.admit(bytes))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.NO_SPACE));
    }

    @Test
    void room_is_what_is_usable_beside_the_reserve_and_never_negative() throws Exception {
        assertThat(volume(0).roomBytes()).isEqualTo(1000);
        assertThat(volume(400).roomBytes()).isEqualTo(600);
        assertThat(volume(5000).roomBytes()).isZero();
        assertFull(volume(1000), 1);
    }

    @Test
    void write_beyond_the_room_is_refused_and_admitted_once_there_is_room() throws Exception {
        Volume volume = volume(0);
        volume.admit(1000);
        volume.written(1000);
        usableBytes = 0;
        assertFull(volume, 1);
        assertThat(volume.outOfService()).isEmpty();

        usableBytes = 500;

        assertFull(volume, 501);
        volume.admit(500);
    }

    @Test
    void bytes_that_are_not_on_the_disk_yet_count_for_whoever_comes_next() throws Exception {
        Volume volume = volume(400);
        volume.admit(350);
        assertFull(volume, 300);
        volume.admit(250);
        assertFull(volume, 1);

        usableBytes -= 600;
        volume.written(350);
        volume.written(250);
        assertFull(volume, 1);
        usableBytes += 100;
        volume.admit(100);
    }

    @Test
    void disk_is_not_asked_for_each_write() throws Exception {
        usableBytes = Long.MAX_VALUE;
        Volume volume = volume(0);
        int writes = 10_000;
        for (int i = 0; i < writes; i++) {
            volume.admit(64 << 10);
        }
        assertThat(asked).isBetween(1, writes / 100);
    }

    @Test
    void full_disk_stays_in_service() {
        Volume volume = volume(0);

        for (String message : new String[] {"No space left on device", "Disk quota exceeded"}) {
            assertThat(volume.failed("writing", new IOException(message)).kind())
                    .isEqualTo(StorageFailure.Kind.NO_SPACE);
            assertThat(volume.failed("creating", new FileSystemException("a", "b", message))
                            .kind())
                    .isEqualTo(StorageFailure.Kind.NO_SPACE);
        }
        assertThat(volume.outOfService()).isEmpty();
    }

    @Test
    void file_named_like_an_error_is_no_full_disk() {
        assertThat(Volume.isFull(new FileSystemException("No space left on device", null, "Input/output error")))
                .isFalse();
    }

    @Test
    void first_failed_write_is_remembered_with_its_time_and_its_cause() {
        Volume volume = volume(0);
        IOException cause = new IOException("Input/output error");

        StorageFailure failure = volume.failed("cannot write to the upload 17", cause);
        StorageFailure second = volume.failed("cannot write to the upload 18", new IOException("other"));

        assertThat(failure).hasCause(cause).hasMessageContaining("upload 17");
        assertThat(second).hasMessageContaining("upload 18");
        assertThat(volume.outOfService().orElseThrow())
                .contains("2026-03-09T08:15:30Z", "upload 17", "Input/output error");
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> volume.admit(1))
                .withMessageContaining("upload 17")
                .satisfies(again -> assertThat(again.kind()).isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE));
    }

    @Test
    void call_that_is_refused_leaves_the_disk_in_service() {
        Volume volume = volume(0);

        assertThat(volume.refused("opening", new IOException("Too many open files"))
                        .kind())
                .isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE);
        assertThat(volume.outOfService()).isEmpty();
    }
}
