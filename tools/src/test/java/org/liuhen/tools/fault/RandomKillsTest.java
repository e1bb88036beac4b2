package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/**
 * Kills the real server at random times, also while it starts, under load of eight docks that push without a pause. {@code
 * -Dliuhen.kills=200} is the long form; {@code -Dliuhen.seed} repeats the moments.
 */
@Tag("world")
class RandomKillsTest {
    private static final int KILLS = Integer.getInteger("liuhen.kills", 8);
    private static final int DOCKS = 8;
    private static final int LONGEST_LIFE_MILLIS = 2500;
    private static final int LONGEST_START_MILLIS = 1500;

    @TempDir
    private Path folder;

    @Test
    void everything_acknowledged_survives_kills_at_random_times() throws Exception {
        long seed = Long.getLong("liuhen.seed", new SecureRandom().nextLong());
        System.out.println("RandomKillsTest: -Dliuhen.seed=" + seed);
        Random random = new Random(seed);
        Path data = folder.resolve("d");
        ServerInAnotherProcess server = ServerInAnotherProcess.start(data);
        try (ServerConnection console = server.console();
                Docks docks = new Docks(DOCKS, random, server.address(), console)) {
            int whileStarting = 0;
            for (int kill = 0; kill < KILLS && docks.losses().isEmpty(); kill++) {
                if (random.nextInt(4) == 0) {
                    server.kill();
                    killWhileStarting(data, random.nextInt(LONGEST_START_MILLIS));
                    whileStarting++;
                } else {
                    assertThat(server.livesFor(random.nextInt(LONGEST_LIFE_MILLIS)))
                            .as("server ended by itself: %s", data + ".log")
                            .isTrue();
                    server.kill();
                }
                server = ServerInAnotherProcess.start(data);
                docks.moveTo(server.address());
            }
            docks.finish();
            docks.everything_is_found_bit_for_bit(server, List.of());
            assertThat(docks.recordings()).isGreaterThanOrEqualTo(DOCKS);
            Files.writeString(
                    Path.of("target", "kills.txt"),
                    "kills: " + KILLS + ", of them while starting: " + whileStarting + ", acknowledged offsets: "
                            + docks.sum(StubbornDock::offsets) + ", acknowledged recordings: " + docks.recordings()
                            + ", lost: " + docks.losses().size() + "\n");
        } finally {
            server.close();
        }
    }

    private void killWhileStarting(Path data, int afterMillis) throws Exception {
        Path log = folder.resolve("starting.log");
        Process starting = ServerInAnotherProcess.program(
                        "serve", "--data", data.toString(), "--listen", "127.0.0.1:0", "--config", data + ".yaml")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        assertThat(starting.waitFor(afterMillis, TimeUnit.MILLISECONDS))
                .as("server could not start: %s", log)
                .isFalse();
        starting.destroyForcibly().waitFor();
    }
}
