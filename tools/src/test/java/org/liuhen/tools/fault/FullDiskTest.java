package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.DataFolder;

/** A real file system runs full under a server that eight docks push to, by their uploads and by other programs. */
@Tag("world")
class FullDiskTest {
    private static final int DOCKS = 8;
    private static final long MIB = 1 << 20;
    private static final int DISK_MIB = 300;
    private static final long RESERVE_BYTES = 128 * MIB;
    /** The catalog goes on into the reserve, but leaves that much. */
    private static final long CATALOG_RESERVE_BYTES = 64 * MIB;

    private static final long PATIENCE_SECONDS = 180;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch never = new CountDownLatch(1);
    private Path data = Path.of("");
    private SmallDisk disk;
    private ServerInAnotherProcess server;
    private Docks docks;

    @BeforeEach
    void push_to_a_small_disk() throws Exception {
        data = Files.createDirectory(folder.resolve("d"));
        disk = SmallDisk.mount(data, DISK_MIB);
        disk.take("ballast", 40 * MIB);
        server = ServerInAnotherProcess.startUnder(disk.entering(), RESERVE_BYTES, data);
        try (ServerConnection console = ServerConnection.through(DataFolder.socket(disk.outside()))) {
            docks = new Docks(DOCKS, new Random(11), server.address(), console);
        }
    }

    @AfterEach
    void stop() throws IOException {
        docks.close();
        server.close();
        disk.close();
    }

    private void eventually(String what, Callable<Boolean> state) throws Exception {
        long began = System.nanoTime();
        while (!state.call()) {
            assertThat(docks.losses()).as(what).isEmpty();
            assertThat(System.nanoTime() - began).as(what).isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private boolean everybodyIsRefusedAgain() throws Exception {
        long[] before = docks.each().stream().mapToLong(StubbornDock::refused).toArray();
        eventually("every dock is told that there is no room", () -> {
            if (needsAStart()) {
                return true;
            }
            for (int i = 0; i < before.length; i++) {
                if (docks.each().get(i).refused() < before[i] + 2) {
                    return false;
                }
            }
            return true;
        });
        return true;
    }

    private HttpResponse<String> ready() throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/health/ready"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void uploads_stop_before_the_disk_is_full_and_go_on_when_there_is_room() throws Exception {
        assertThat(everybodyIsRefusedAgain()).isTrue();

        assertThat(disk.usableBytes())
                .as("left by uploads for finishing what has begun")
                .isGreaterThan(CATALOG_RESERVE_BYTES);
        // What is left is too little for any of them, but may not be nothing.
        disk.take("rest", 4 * MIB);
        eventually("unready", () -> ready().statusCode() == 503);
        assertThat(ready().body()).contains("no room left");
        Process doctor = ServerInAnotherProcess.program(disk.entering(), "doctor", "--data", data.toString())
                .start();
        String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(doctor.waitFor()).as(said).isEqualTo(1);
        assertThat(said).contains("make room on the disk");

        disk.giveBack("rest");
        disk.giveBack("ballast");

        eventually("ready again", () -> ready().statusCode() == 200);
        docks.finish();
        docks.everything_is_found_bit_for_bit(server, disk.entering());
    }

    @Test
    void nothing_acknowledged_is_lost_when_other_programs_take_all_the_room() throws Exception {
        for (int time = 0; time < 3; time++) {
            disk.take("others", DISK_MIB * MIB);
            eventually("unready", () -> ready().statusCode() == 503);
            if (time == 1) {
                server.kill();
                whoever_starts_it_now_is_told_why();
            } else {
                assertThat(everybodyIsRefusedAgain()).isTrue();
            }
            disk.giveBack("others");
            if (time == 1 || needsAStart()) {
                server.kill();
                server = ServerInAnotherProcess.startUnder(disk.entering(), RESERVE_BYTES, data);
                docks.moveTo(server.address());
            }
            eventually("ready again", () -> ready().statusCode() == 200);
        }
        docks.finish();
        docks.everything_is_found_bit_for_bit(server, disk.entering());
    }

    private void whoever_starts_it_now_is_told_why() throws Exception {
        Process start = ServerInAnotherProcess.program(
                        disk.entering(), "serve", "--data", data.toString(), "--listen", "127.0.0.1:0")
                .redirectErrorStream(true)
                .start();
        String said = new String(start.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(start.waitFor()).as(said).isEqualTo(3);
        assertThat(said).contains("No space left on device");
    }

    /** A log that met a full disk is closed for good, and the server says so. */
    private boolean needsAStart() throws Exception {
        JsonNode reasons = StoredJson.MAPPER.readTree(ready().body()).path("reasons");
        return reasons.toString().contains("out of service");
    }
}
