package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;

import io.tus.java.client.TusClient;
import io.tus.java.client.TusURLMemoryStore;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.storage.Recording;

/**
 * Clients of tus that others wrote: {@code tus-js-client} under Node, found by {@code NODE_PATH}, and {@code
 * tus-java-client}. Neither of them can send checksums; those are tried over raw sockets in {@link TusExtensionsTest}.
 */
@Tag("world")
class RealClientsTest {
    private static final byte[] FOOTAGE = new byte[3_000_000];

    static {
        new Random(44).nextBytes(FOOTAGE);
    }

    @TempDir
    private Path folder;

    private IngestServer server;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        server = IngestServer.start(folder.resolve("server"), IngestServer.NO_RESERVE, TusAdapter::new);
        file = Files.write(folder.resolve("0001.mp4"), FOOTAGE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String endpoint() {
        return "http://127.0.0.1:" + server.address().getPort() + "/uploads";
    }

    private String node(String mode) throws Exception {
        Path script = folder.resolve("push.js");
        try (var in = RealClientsTest.class.getResourceAsStream("push.js")) {
            Files.write(script, Objects.requireNonNull(in).readAllBytes());
        }
        Process process = new ProcessBuilder(List.of(
                        "node", script.toString(), mode, endpoint(), IngestServer.TOKEN, file.toString(), "A-1"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private void assertStored(String recording, String filename) throws Exception {
        assertThat(server.recordings()).hasSize(1);
        Recording stored = server.recordings().get(0);
        assertThat(stored.id().hex()).isEqualTo(recording);
        assertThat(stored.filename()).isEqualTo(filename);
        assertThat(server.original(stored)).isEqualTo(FOOTAGE);
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"paused", "parallel", "deferred", "at-once", "override"})
    void tus_js_client_gets_its_file_stored(String mode) throws Exception {
        assertStored(node(mode), mode + ".mp4");
    }

    @Test
    void tus_js_client_gives_an_upload_up() throws Exception {
        assertThat(node("terminated")).contains("gone");
        assertThat(server.recordings()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    void tus_java_client_pauses_is_told_where_it_stands_and_ends() throws Exception {
        TusClient client = new TusClient();
        client.setUploadCreationURL(URI.create(endpoint()).toURL());
        client.setHeaders(Map.of("Authorization", "Bearer " + IngestServer.TOKEN));
        client.enableResuming(new TusURLMemoryStore());
        TusUpload upload = new TusUpload(file.toFile());
        upload.setMetadata(Map.of("case", "A-1", "filename", "java.mp4"));
        TusUploader first = client.resumeOrCreateUpload(upload);
        first.setChunkSize(100_000);
        first.setRequestPayloadSize(500_000);
        while (first.getOffset() < 1_200_000) {
            assertThat(first.uploadChunk()).isPositive();
        }
        first.finish(false);

        TusUploader second = client.resumeOrCreateUpload(new TusUploadAgain(upload, file).again());
        assertThat(second.getOffset()).isBetween(1_000_000L, (long) FOOTAGE.length);
        second.setChunkSize(200_000);
        while (second.uploadChunk() > -1) {
            assertThat(second.getOffset()).isLessThanOrEqualTo(FOOTAGE.length);
        }
        second.finish();

        assertStored(server.recordings().get(0).id().hex(), "java.mp4");
    }

    /** The same upload after the program was started again: its file is opened anew. */
    private record TusUploadAgain(TusUpload before, Path file) {
        TusUpload again() throws Exception {
            TusUpload upload = new TusUpload(file.toFile());
            upload.setFingerprint(before.getFingerprint());
            upload.setMetadata(before.getMetadata());
            return upload;
        }
    }
}
