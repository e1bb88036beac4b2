package org.liuhen.device.sftp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.RealProgram;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.NamingPresets;

/** OpenSSH's sftp with a key of its own: put, cut, reput, look. */
@Tag("world")
class OpenSshTest {
    private static final String NAME = "DSJ0001_012345_20261122093000_0001.mp4";

    @TempDir
    private Path folder;

    private @Nullable IngestServer server;
    private @Nullable SftpAdapter sftp;
    private Path out = Path.of("");

    @BeforeEach
    void start() throws Exception {
        out = Files.createDirectories(folder.resolve("out"));
        Path authorized = Files.createDirectories(folder.resolve("authorized"));
        RealProgram.Ended made = RealProgram.run(
                out,
                List.of(
                        "ssh-keygen",
                        "-q",
                        "-t",
                        "ecdsa",
                        "-N",
                        "",
                        "-f",
                        out.resolve("key").toString()));
        assertThat(made.exit()).as(made.said()).isZero();
        Files.copy(out.resolve("key.pub"), authorized.resolve(IngestServer.DOCK.value() + ".pub"));
        TestDoor door = new TestDoor();
        InstantSource clock = InstantSource.system();
        server = IngestServer.start(folder.resolve("data"), IngestServer.NO_RESERVE, uploads -> {
            sftp = new SftpAdapter(
                    new DropFolders(uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, clock),
                    door,
                    SftpAdapterContractTest.settings(folder.resolve("data/keys"), authorized),
                    clock,
                    new SecureRandom());
            return sftp;
        });
    }

    @AfterEach
    void stop() {
        requireNonNull(server).close();
    }

    private List<String> sftp(String commands, String... options) throws Exception {
        Path batch = Files.writeString(out.resolve("batch"), commands + "\n");
        List<String> command = new ArrayList<>(List.of(
                "sftp",
                "-F",
                "none",
                "-i",
                out.resolve("key").toString(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "IdentitiesOnly=yes",
                "-P",
                Integer.toString(requireNonNull(sftp).address().getPort()),
                "-b",
                batch.toString()));
        command.addAll(List.of(options));
        command.add(IngestServer.DOCK.value() + "@127.0.0.1");
        return command;
    }

    @Test
    void file_that_is_cut_is_gone_on_with_and_is_one_recording() throws Exception {
        byte[] footage = new byte[4 << 20];
        new Random(5).nextBytes(footage);
        Files.write(out.resolve(NAME), footage);
        Process cut = RealProgram.start(out, folder.resolve("cut.log"), sftp("put " + NAME, "-l", "6000"));
        RealProgram.awaitIncoming(folder.resolve("data/vault"), 300_000, cut);
        cut.destroyForcibly().waitFor();
        assertThat(requireNonNull(server).recordings()).isEmpty();

        RealProgram.Ended ended =
                RealProgram.run(out, sftp("reput " + NAME + "\nls -l\nget " + NAME + ".receipt.json"));

        assertThat(ended.exit()).as(ended.said()).isZero();
        var recordings = requireNonNull(server).recordings();
        assertThat(recordings).hasSize(1);
        assertThat(requireNonNull(server).original(recordings.get(0))).isEqualTo(footage);
        assertThat(ended.said()).contains(NAME + ".receipt.json");
        assertThat(Files.readString(out.resolve(NAME + ".receipt.json")))
                .contains(recordings.get(0).id().hex());
    }

    @Test
    void folder_is_put_whole_with_its_times() throws Exception {
        Path tree = Files.createDirectories(out.resolve("day/录像"));
        for (int i = 0; i < 5; i++) {
            Files.writeString(tree.resolve("执法 " + i + ".mp4"), "footage " + i);
        }

        RealProgram.Ended ended = RealProgram.run(out, sftp("put -rp day\nls -l day/录像\nmkdir x\nrmdir x"));

        assertThat(ended.exit()).as(ended.said()).isZero();
        assertThat(requireNonNull(server).recordings()).hasSize(5);
    }
}
