package org.liuhen.device.sftp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;

/** What is particular to SFTP: {@code CLOSE} ends a file, a lost connection does not; keys; and what clients look at. */
class SftpAdapterTest {
    private static final SshClient SSH = SshClient.setUpDefaultClient();
    private static final String NAME = "DSJ0001_012345_20261122093000_0001_IMP.mp4";
    private static final byte[] FOOTAGE = new byte[300_000];

    static {
        new Random(3).nextBytes(FOOTAGE);
    }

    @TempDir
    private Path folder;

    private final TestDoor door = new TestDoor();
    private @Nullable IngestServer server;
    private @Nullable SftpAdapter sftp;
    private final List<ClientSession> sessions = new ArrayList<>();

    @BeforeAll
    static void startClient() {
        SSH.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        SSH.start();
    }

    @AfterAll
    static void stopClient() {
        SSH.stop();
    }

    @BeforeEach
    void start() throws Exception {
        InstantSource clock = InstantSource.system();
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, uploads -> {
            DropFolders folders =
                    new DropFolders(uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, clock);
            sftp = new SftpAdapter(
                    folders,
                    door,
                    SftpAdapterContractTest.settings(folder.resolve("keys"), folder.resolve("authorized")),
                    clock,
                    new SecureRandom());
            return sftp;
        });
    }

    @AfterEach
    void stop() {
        sessions.forEach(session -> session.close(true));
        requireNonNull(server).close();
    }

    private SftpClient dock() throws IOException {
        return dock(IngestServer.DOCK.value(), IngestServer.TOKEN);
    }

    private SftpClient dock(String device, String token) throws IOException {
        ClientSession session =
                requireNonNull(new SftpPusher(SSH, requireNonNull(sftp).address(), device, token).connected());
        sessions.add(session);
        return SftpClientFactory.instance().createSftpClient(session);
    }

    private List<Recording> recordings() throws Exception {
        return requireNonNull(server).recordings();
    }

    private static void put(SftpClient dock, String path, byte[] bytes) throws IOException {
        var handle = dock.open(path, OpenMode.Write, OpenMode.Create, OpenMode.Truncate);
        dock.write(handle, 0, bytes, 0, bytes.length);
        dock.close(handle);
    }

    @Test
    void closed_file_is_a_recording_that_its_name_describes() throws Exception {
        put(dock(), "/out/" + NAME, FOOTAGE);

        Recording recording = recordings().get(0);
        assertThat(requireNonNull(server).original(recording)).isEqualTo(FOOTAGE);
        assertThat(recording.filename()).isEqualTo(NAME);
        assertThat(recording.officer()).isEqualTo(new OfficerId("012345"));
        assertThat(recording.deviceFrom()).isEqualTo(Instant.parse("2026-11-22T01:30:00Z"));
        assertThat(recording.important()).isTrue();
    }

    @Test
    void person_who_breaks_off_while_going_on_leaves_no_recording() throws Exception {
        SftpClient dock = dock();
        var handle = dock.open(NAME, OpenMode.Write, OpenMode.Create, OpenMode.Append);
        dock.write(handle, 0, FOOTAGE, 0, 100_000);
        dock.setStat(handle, new SftpClient.Attributes().size(100_000));

        assertThatThrownBy(() -> dock.close(handle)).isInstanceOf(SftpException.class);

        assertThat(recordings()).isEmpty();
        var rest = dock.open(NAME, OpenMode.Write, OpenMode.Create, OpenMode.Append);
        dock.write(rest, 100_000, FOOTAGE, 100_000, 200_000);
        dock.close(rest);
        assertThat(requireNonNull(server).original(recordings().get(0))).isEqualTo(FOOTAGE);
    }

    @Test
    void lost_connection_leaves_no_recording_and_the_rest_follows() throws Exception {
        SftpClient dock = dock();
        var handle = dock.open(NAME, OpenMode.Write, OpenMode.Create, OpenMode.Truncate);
        dock.write(handle, 0, FOOTAGE, 0, 100_000);
        sessions.get(0).close(true);

        SftpClient again = dock();
        long size = again.stat(NAME).getSize();
        assertThat(size).isEqualTo(100_000);
        assertThat(recordings()).isEmpty();
        var rest = again.open(NAME, EnumSet.of(OpenMode.Write, OpenMode.Create, OpenMode.Append));
        again.write(rest, size, FOOTAGE, (int) size, FOOTAGE.length - (int) size);
        again.close(rest);

        assertThat(requireNonNull(server).original(recordings().get(0))).isEqualTo(FOOTAGE);
    }

    @Test
    void hole_is_refused_and_what_has_one_never_becomes_a_recording() throws Exception {
        SftpClient dock = dock();
        var handle = dock.open(NAME, OpenMode.Write, OpenMode.Create, OpenMode.Truncate);
        dock.write(handle, 0, FOOTAGE, 0, 1000);

        assertThatThrownBy(() -> dock.write(handle, 2000, FOOTAGE, 2000, 1000))
                .isInstanceOf(SftpException.class)
                .hasMessageContaining("expected: 1000");
        assertThatThrownBy(() -> dock.close(handle)).isInstanceOf(SftpException.class);
        assertThat(recordings()).isEmpty();
        assertThat(dock.stat(NAME).getSize()).isEqualTo(1000);
    }

    @Test
    void dock_reads_receipts_and_nothing_else() throws Exception {
        SftpClient dock = dock();
        put(dock, NAME, FOOTAGE);

        try (var in = dock.read(NAME + ".receipt.json")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains(recordings().get(0).id().hex());
        }
        assertThatThrownBy(() -> dock.open(NAME, OpenMode.Read)).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> dock.remove(NAME)).isInstanceOf(SftpException.class);
        assertThat(dock.stat(NAME).getSize()).isEqualTo(FOOTAGE.length);
        dock.mkdir("more");
        assertThat(dock.canonicalPath("more/../x")).isEqualTo("/x");
        List<String> names = new ArrayList<>();
        dock.readDir("/").forEach(entry -> names.add(entry.getFilename()));
        assertThat(names).containsExactlyInAnyOrder(NAME, NAME + ".receipt.json", "more");
        SftpClient other = dock(IngestServer.OTHER_DOCK.value(), IngestServer.OTHER_TOKEN);
        assertThat(other.readDir("/")).isEmpty();
    }

    @Test
    void empty_file_is_a_name_and_no_recording() throws Exception {
        SftpClient dock = dock();
        dock.close(dock.open(NAME, OpenMode.Write, OpenMode.Create, OpenMode.Truncate));
        assertThat(dock.stat(NAME).getSize()).isZero();
        assertThat(recordings()).isEmpty();
    }

    @Test
    void revoked_device_is_stopped_in_the_middle_of_a_file() throws Exception {
        SftpClient dock = dock();
        var handle = dock.open(NAME, OpenMode.Write, OpenMode.Create, OpenMode.Truncate);
        dock.write(handle, 0, FOOTAGE, 0, 1000);
        door.revoke(IngestServer.DOCK);

        assertThatThrownBy(() -> dock.write(handle, 1000, FOOTAGE, 1000, 1000)).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> dock.close(handle)).isInstanceOf(SftpException.class);
        assertThat(recordings()).isEmpty();
    }

    @Test
    void registered_key_lets_its_own_device_in_and_no_other() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Files.createDirectories(folder.resolve("authorized"));
        Files.writeString(
                folder.resolve("authorized").resolve(IngestServer.DOCK.value() + ".pub"),
                PublicKeyEntry.toString(pair.getPublic()) + " dock\n");

        assertThat(letIn(IngestServer.DOCK.value(), pair)).isTrue();
        assertThat(letIn(IngestServer.OTHER_DOCK.value(), pair)).isFalse();
        assertThat(letIn("../authorized/" + IngestServer.DOCK.value(), pair)).isFalse();
        door.revoke(IngestServer.DOCK);
        assertThat(letIn(IngestServer.DOCK.value(), pair)).isFalse();
    }

    private boolean letIn(String device, KeyPair pair) throws IOException {
        try (ClientSession session = SSH.connect(device, requireNonNull(sftp).address())
                .verify(1, TimeUnit.MINUTES)
                .getSession()) {
            session.addPublicKeyIdentity(pair);
            session.auth().verify(1, TimeUnit.MINUTES);
            return true;
        } catch (org.apache.sshd.common.SshException refused) {
            return false;
        }
    }

    @Test
    void host_key_is_kept_for_the_server_alone() throws Exception {
        Path key = folder.resolve("keys/sftp-host-key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(key);
        requireNonNull(sftp).close();
        requireNonNull(sftp).start();
        assertThat(Files.readAllBytes(key)).isEqualTo(before);
        try (var files = Files.list(key.getParent())) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
        }
    }
}
