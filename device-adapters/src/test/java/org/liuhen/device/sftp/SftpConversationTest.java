package org.liuhen.device.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.device.tus.TusAdapter;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.ingest.naming.NamingPresets;

/**
 * Requests altered at random: each is answered, or ends the conversation; nothing breaks and nothing hangs. {@code
 * -Dliuhen.mutation.seconds=600} runs it for ten minutes; {@code -Dliuhen.mutation.seed=…} repeats a run.
 */
class SftpConversationTest {
    private static final int LEAST_ROUNDS = 300;

    @TempDir
    private Path folder;

    @Test
    void whatever_a_client_says_is_answered_or_ends_the_conversation() throws Exception {
        long seed = Long.getLong("liuhen.mutation.seed", new Random().nextLong());
        Duration time = Duration.ofSeconds(Long.getLong("liuhen.mutation.seconds", 0));
        Random random = new Random(seed);
        InstantSource clock = InstantSource.system();
        TestDoor door = new TestDoor();
        try (IngestServer server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new)) {
            DropVisit visit = new DropFolders(
                            server.uploads(), NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, clock)
                    .visit(door.known(IngestServer.DOCK.value()).orElseThrow(), "sftp");
            Instant end = clock.instant().plus(time);
            int rounds = 0;
            while (rounds < LEAST_ROUNDS || clock.instant().isBefore(end)) {
                byte[] said = altered(random);
                try {
                    new SftpConversation(visit, clock).run(new ByteArrayInputStream(said), new ByteArrayOutputStream());
                } catch (IOException ended) {
                    assertThat(ended).isInstanceOf(SftpRequest.Malformed.class);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("seed " + seed + ", round " + rounds, e);
                }
                rounds++;
            }
            System.out.println("sftp requests: " + rounds + " rounds, seed " + seed);
            assertThat(visit.entry(org.liuhen.ingest.drop.DropPath.ROOT)).isPresent();
        }
    }

    /** A conversation as clients have it, some of its bytes changed. */
    private static byte[] altered(Random random) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(said);
        out.writeInt(5);
        out.writeByte(1);
        out.writeInt(3);
        for (int id = 0; id < 12; id++) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            DataOutputStream parts = new DataOutputStream(request);
            int[] types = {3, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 200, 99};
            int type = types[random.nextInt(types.length)];
            parts.writeByte(type);
            parts.writeInt(id);
            text(parts, type >= 4 && type <= 12 && type != 7 && type != 9 && type != 11 ? "1" : name(random));
            if (type == 3) {
                parts.writeInt(random.nextInt(64));
                parts.writeInt(0);
            } else if (type == 18 || type == 200) {
                text(parts, name(random));
                text(parts, name(random));
            } else {
                parts.writeLong(random.nextInt(3));
                text(parts, "some bytes");
            }
            out.writeInt(request.size());
            request.writeTo(out);
        }
        byte[] bytes = said.toByteArray();
        for (int i = random.nextInt(6); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static String name(Random random) {
        String[] names = {"/", "a", "a.part", "a/b", "..", "a.receipt.json", "\u0000", "", "posix-rename@openssh.com"};
        return names[random.nextInt(names.length)];
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
