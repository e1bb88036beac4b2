package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.ondemand.Piece;
import org.liuhen.storage.RecordingId;

/** Children that are really killed while somebody waits for a segment. */
class SegmentChildKilledTest {
    private static final RecordingId ID = new RecordingId("00112233445566778899aabbccddeeff");
    private static final String SEGMENT = "demand-1.m4s";

    @TempDir
    Path folder;

    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);
    private OnDemand onDemand;

    @BeforeEach
    void open() throws IOException {
        onDemand = new OnDemand(tools, folder.resolve("kept"), 256 << 20, 1);
    }

    @AfterEach
    void close() {
        onDemand.close();
        tools.close();
    }

    /** Pictures that are encoded again, so that a segment takes a while. */
    private Path slow() throws IOException {
        FootageSpec spec = FootageSpec.of(
                        "BWC-0001",
                        Instant.parse("2026-03-01T00:00:00Z"),
                        ZoneId.of("Asia/Shanghai"),
                        Duration.ofSeconds(12),
                        FootageSpec.Scene.STREET)
                .byOldRecorder();
        return SampleMedia.made(folder, "slow.avi", spec).file();
    }

    private CompletableFuture<Piece> asked(Path original) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return onDemand.file(ID, original, SEGMENT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Plans without making anything ahead, so that the child which planned waits for work. */
    private void plan(Path original) throws IOException {
        assertThat(onDemand.file(ID, original, "demand-head.mp4")).isInstanceOf(Piece.Made.class);
    }

    @Test
    void whoever_waits_for_a_segment_gets_it_although_the_child_that_made_it_was_killed() throws Exception {
        Path original = slow();
        plan(original);
        ProcessHandle child = Children.stopOne(tools.pool());
        CompletableFuture<Piece> waiting = asked(original);
        Children.killAtWork(tools.pool());
        assertThat(child.isAlive()).isFalse();

        Piece piece = waiting.get(2, TimeUnit.MINUTES);

        assertThat(piece).isInstanceOf(Piece.Made.class);
        Path whole = folder.resolve("whole.mp4");
        Files.copy(((Piece.Made) onDemand.file(ID, original, "demand-head.mp4")).file(), whole);
        Files.write(whole, Files.readAllBytes(((Piece.Made) piece).file()), java.nio.file.StandardOpenOption.APPEND);
        Decoded decoded = tools.decode(whole);
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isPositive();
    }

    @Test
    void a_segment_whose_child_is_killed_twice_is_for_later_and_made_when_asked_for_again() throws Exception {
        Path original = slow();
        plan(original);
        Children.stopOne(tools.pool());
        CompletableFuture<Piece> waiting = asked(original);
        Children.killAtWork(tools.pool());
        Children.killAtWork(tools.pool());

        Piece piece = waiting.get(2, TimeUnit.MINUTES);

        assertThat(piece).isInstanceOf(Piece.Busy.class);
        assertThat(((Piece.Busy) piece).why()).contains("signal 9");
        assertThat(onDemand.file(ID, original, SEGMENT)).isInstanceOf(Piece.Made.class);
    }
}
