package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.tools.ServerInAnotherProcess;

/** Start-up with a thousand uploads that a crash has interrupted. The figure goes to {@code target/start-up.txt}. */
@Tag("world")
class StartUpTest {
    private static final int UNFINISHED = 1000;
    private static final int UNKNOWN = 20;
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    @Test
    void a_thousand_unfinished_uploads_are_put_in_order_within_ten_seconds() throws Exception {
        Path data = Files.createDirectory(folder.resolve("d"));
        SecureRandom random = new SecureRandom();
        Instant now = InstantSource.system().instant();
        try (Station station = Station.open(data, now, random, ignoredAsNobodyWaits -> {})) {
            interrupt(station.uploads);
            for (int i = 0; i < UNKNOWN; i++) {
                try (Vault.Incoming begun = station.vault.begin(UploadId.random(random))) {
                    begun.write(ByteBuffer.wrap(new byte[100]));
                }
            }
        }

        long began = System.nanoTime();
        Duration inside;
        try (Station station = Station.open(data, now, random, ignoredAsNobodyWaits -> {})) {
            inside = Duration.ofNanos(System.nanoTime() - began);
            assertThat(station.uploads.repairs().resumable()).isEqualTo(UNFINISHED);
            assertThat(station.uploads.repairs().discarded()).isEqualTo(UNKNOWN);
            assertThat(station.uploads.repairs().lost()).isEmpty();
        }
        assertThat(inside).isLessThan(AT_MOST);

        began = System.nanoTime();
        Duration whole;
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(data)) {
            whole = Duration.ofNanos(System.nanoTime() - began);
            assertThat(server.said()).contains("found uploads: " + UNFINISHED + " to be resumed");
            assertThat(server.terminate()).isZero();
        }
        Files.writeString(
                Path.of("target", "start-up.txt"),
                UNFINISHED + " unfinished uploads: store open after " + inside.toMillis() + " ms, server ready after "
                        + whole.toMillis() + " ms\n");
    }

    private static void interrupt(Uploads uploads) throws Exception {
        Principal dock = new Principal.OfDevice(Station.DEVICE);
        UploadMetadata metadata = UploadMetadata.of(Map.of("filename", List.of("a.mp4")));
        ExecutorService docks = Executors.newFixedThreadPool(16);
        try {
            List<Future<Written>> acknowledged = new ArrayList<>();
            for (int i = 0; i < UNFINISHED; i++) {
                acknowledged.add(docks.submit(() -> {
                    Begun begun = uploads.begin(dock, metadata, "tus", Map.of(), OptionalLong.of(10_000), true);
                    UploadWriter writer = ((Begun.Ready) begun).writer();
                    writer.write(ByteBuffer.wrap(new byte[5_000]));
                    return writer.finish();
                }));
            }
            for (Future<Written> each : acknowledged) {
                assertThat(each.get()).isInstanceOf(Written.Acknowledged.class);
            }
        } finally {
            docks.shutdown();
        }
    }
}
