package org.liuhen.device.ftp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.RealProgram;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.http.TlsIdentity;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.Recording;

/** lftp, which many docks are scripts around: put, cut, go on, mirror; over FTP and both kinds of FTPS. */
@Tag("world")
class LftpTest {
    private static final int SIZE = 4 << 20;
    private static final String NAME = "DSJ0001_012345_20261122093000_0001.mp4";

    @TempDir
    private Path folder;

    private @Nullable IngestServer server;
    private @Nullable FtpAdapter ftp;
    private Path out = Path.of("");

    @BeforeEach
    void start() throws Exception {
        out = Files.createDirectories(folder.resolve("out"));
        Path data = Files.createDirectories(folder.resolve("data"));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsIdentity identity = TlsIdentity.selfSigned(
                data.resolve("keys"), List.of("localhost"), InstantSource.system(), new SecureRandom());
        TestDoor door = new TestDoor();
        server = IngestServer.start(data, IngestServer.NO_RESERVE, uploads -> {
            ftp = new FtpAdapter(
                    new DropFolders(
                            uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, InstantSource.system()),
                    door,
                    new FtpSettings(
                            any,
                            any,
                            identity,
                            false,
                            null,
                            null,
                            16,
                            FtpSettings.USUAL_IDLE,
                            FtpSettings.USUAL_SETTLING));
            return ftp;
        });
    }

    @AfterEach
    void stop() {
        requireNonNull(server).close();
    }

    private List<String> lftp(String way, String commands) {
        boolean implicit = way.equals("ftps");
        InetSocketAddress address = implicit
                ? requireNonNull(ftp).implicitAddress()
                : requireNonNull(ftp).address();
        String settings = "set net:max-retries 2; set net:reconnect-interval-base 1; set ssl:verify-certificate no;"
                + " set ftp:ssl-force " + way.equals("explicit") + "; set ftp:ssl-allow " + !way.equals("plain")
                + "; set ftp:ssl-protect-data true; set cmd:fail-exit true; ";
        return List.of(
                "lftp",
                "--norc",
                "-c",
                settings + "open -u " + IngestServer.DOCK.value() + "," + IngestServer.TOKEN + " "
                        + (implicit ? "ftps" : "ftp") + "://127.0.0.1:" + address.getPort() + "; " + commands);
    }

    private byte[] footage(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Files.write(out.resolve(name), bytes);
        return bytes;
    }

    private List<Recording> recordings() throws Exception {
        return requireNonNull(server).recordings();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "explicit", "ftps"})
    void file_that_is_cut_is_gone_on_with_and_is_one_recording(String way) throws Exception {
        byte[] footage = footage(NAME, SIZE);
        Process cut =
                RealProgram.start(out, folder.resolve("cut.log"), lftp(way, "set net:limit-rate 600000; put " + NAME));
        RealProgram.awaitIncoming(folder.resolve("data/vault"), 300_000, cut);
        cut.destroyForcibly().waitFor();
        assertThat(recordings()).isEmpty();

        RealProgram.Ended ended = RealProgram.run(out, lftp(way, "put -c " + NAME));

        assertThat(ended.exit()).as(ended.said()).isZero();
        assertThat(recordings()).hasSize(1);
        assertThat(requireNonNull(server).original(recordings().get(0))).isEqualTo(footage);
        RealProgram.Ended receipt =
                RealProgram.run(out, lftp(way, "cat " + NAME + ".receipt.json; quote XSHA256 " + NAME));
        assertThat(receipt.said())
                .contains(recordings().get(0).id().hex())
                .contains(recordings().get(0).fingerprint().hex());
    }

    @Test
    void folder_is_mirrored_with_its_names() throws Exception {
        Files.createDirectories(out.resolve("录像/2026-11-22"));
        footage("录像/2026-11-22/09-30-00.mp4", 300_000);
        footage("录像/2026-11-22/09-35-00.mp4", 400_000);
        footage("录像/执法 1.mp4", 200_000);

        Files.setPosixFilePermissions(out.resolve("录像/执法 1.mp4"), PosixFilePermissions.fromString("rw-------"));

        RealProgram.Ended ended = RealProgram.run(out, lftp("plain", "mirror -R -c 录像 /录像"));
        assertThat(ended.exit()).as(ended.said()).isZero();
        assertThat(recordings())
                .extracting(Recording::filename)
                .containsExactlyInAnyOrder("09-30-00.mp4", "09-35-00.mp4", "执法 1.mp4");

        RealProgram.Ended again = RealProgram.run(out, lftp("plain", "mirror -v -R --only-missing 录像 /录像"));
        assertThat(again.exit()).as(again.said()).isZero();
        assertThat(again.said()).doesNotContain("Transferring");
        assertThat(recordings()).hasSize(3);
    }
}
