package org.liuhen.device.ftp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPConnectionClosedException;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.TrustManagerUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.http.TlsIdentity;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;

/** What is particular to FTP: when a file is whole, how a dock is told, and whom the server talks to. */
class FtpAdapterTest {
    private static final byte[] FOOTAGE = footage(700_000, 7);
    private static final String NAME = "DSJ0001_012345_20261122093000_0001_IMP.mp4";
    /** Nobody waits that long for a dock that is there; only one that has gone ends the waiting. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private final TestDoor door = new TestDoor();
    private @Nullable IngestServer server;
    private @Nullable FtpAdapter ftp;

    private static byte[] footage(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void start(FtpSettings settings) throws Exception {
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, uploads -> {
            ftp = new FtpAdapter(
                    new DropFolders(
                            uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, InstantSource.system()),
                    door,
                    settings);
            return ftp;
        });
    }

    private void start(Duration settling) throws Exception {
        start(FtpAdapterContractTest.settings(settling));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private FTPClient dock() throws IOException {
        return dock(IngestServer.DOCK.value(), IngestServer.TOKEN);
    }

    private FTPClient dock(String device, String token) throws IOException {
        return requireNonNull(new FtpPusher(requireNonNull(ftp).address(), device, token, FTPClient::new).connected());
    }

    private List<Recording> recordings() throws Exception {
        return requireNonNull(server).recordings();
    }

    private static boolean put(FTPClient dock, String name, byte[] bytes) throws IOException {
        return dock.storeFile(name, new ByteArrayInputStream(bytes));
    }

    @Test
    void file_of_unknown_length_is_a_recording_when_its_dock_listens_for_the_answer() throws Exception {
        start(SHORT);
        FTPClient dock = dock();

        assertThat(put(dock, NAME, FOOTAGE)).as(dock.getReplyString()).isTrue();

        assertThat(dock.getReplyString()).contains(recordings().get(0).id().hex());
        assertThat(requireNonNull(server).original(recordings().get(0))).isEqualTo(FOOTAGE);
        dock.disconnect();
    }

    @Test
    void dock_that_is_killed_leaves_no_recording_and_goes_on_later() throws Exception {
        start(LONG);
        FTPClient dock = dock();
        OutputStream data = requireNonNull(dock.storeFileStream(NAME));
        data.write(FOOTAGE, 0, 400_000);
        data.flush();
        // what a kernel does for a process that is killed: both connections end in order
        dock.disconnect();
        data.close();

        FTPClient again = dock();
        long size = Long.parseLong(again.getSize(NAME));
        assertThat(size).isBetween(0L, 400_000L);
        assertThat(recordings()).isEmpty();
        again.sendCommand("ALLO", Long.toString(FOOTAGE.length - size));
        again.setRestartOffset(size);
        assertThat(put(again, NAME, Arrays.copyOfRange(FOOTAGE, (int) size, FOOTAGE.length)))
                .as(again.getReplyString())
                .isTrue();
        assertThat(requireNonNull(server).original(recordings().get(0))).isEqualTo(FOOTAGE);
        again.disconnect();
    }

    /** A client that speaks while it is not its turn. */
    private static final class Hasty extends FTPClient {
        void say(String command) throws IOException {
            _controlOutput_.write(command + "\r\n");
            _controlOutput_.flush();
        }
    }

    @Test
    void aborted_transfer_is_no_recording() throws Exception {
        start(LONG);
        Hasty dock = new Hasty();
        new FtpPusher(requireNonNull(ftp).address(), IngestServer.DOCK.value(), IngestServer.TOKEN, () -> dock)
                .connected();
        OutputStream data = requireNonNull(dock.storeFileStream(NAME));
        data.write(FOOTAGE, 0, 400_000);
        data.flush();
        dock.say("ABOR");
        data.close();

        dock.getReply();
        assertThat(dock.getReplyCode()).isEqualTo(426);
        dock.getReply();
        assertThat(dock.getReplyCode()).isEqualTo(226);
        assertThat(recordings()).isEmpty();
        assertThat(dock.getSize(NAME)).isEqualTo("400000");
        dock.disconnect();
    }

    @Test
    void less_than_was_announced_is_never_a_recording_though_the_dock_listens() throws Exception {
        start(SHORT);
        FTPClient dock = dock();
        dock.sendCommand("ALLO", "700001");

        assertThat(put(dock, NAME, FOOTAGE)).isFalse();

        assertThat(dock.getReplyString()).startsWith("426").contains("REST 700000");
        assertThat(recordings()).isEmpty();
        dock.disconnect();
    }

    @Test
    void held_file_waits_for_its_name_which_says_what_it_is() throws Exception {
        start(LONG);
        FTPClient dock = dock();
        dock.makeDirectory("out");
        assertThat(put(dock, "out/x.mp4.part", FOOTAGE)).isTrue();
        assertThat(recordings()).isEmpty();

        assertThat(dock.rename("out/x.mp4.part", "out/" + NAME))
                .as(dock.getReplyString())
                .isTrue();

        Recording recording = recordings().get(0);
        assertThat(recording.filename()).isEqualTo(NAME);
        assertThat(recording.contentType()).isEqualTo("video/mp4");
        assertThat(recording.officer()).isEqualTo(new OfficerId("012345"));
        assertThat(recording.deviceFrom()).isEqualTo(Instant.parse("2026-11-22T01:30:00Z"));
        assertThat(recording.important()).isTrue();
        assertThat(recording.device()).isEqualTo(IngestServer.DOCK);
        dock.disconnect();
    }

    @Test
    void held_file_shorter_than_announced_keeps_waiting() throws Exception {
        start(LONG);
        FTPClient dock = dock();
        dock.sendCommand("ALLO", "700001");
        assertThat(put(dock, "x.tmp", FOOTAGE)).isTrue();

        assertThat(dock.rename("x.tmp", NAME)).isFalse();

        assertThat(dock.getReplyString()).startsWith("550").contains("700001");
        assertThat(recordings()).isEmpty();
        dock.disconnect();
    }

    @Test
    void register_wins_over_the_name_where_somebody_wore_the_device_then() throws Exception {
        door.officer(new OfficerId("999999"), Instant.EPOCH);
        start(SHORT);
        FTPClient dock = dock();

        put(dock, NAME, FOOTAGE);

        // nothing was declared, so the register's entry of the device counts, which names nobody here
        assertThat(recordings().get(0).officer()).isNull();

        door.officer(new OfficerId("999999"), Instant.parse("2026-11-22T01:30:01Z"));
        put(dock, NAME.replace("0001_IMP", "0002"), footage(100, 8));

        // it was given to somebody after this began: then the name knows better
        assertThat(recordings())
                .extracting(Recording::officer)
                .containsExactlyInAnyOrder(null, new OfficerId("012345"));
        dock.disconnect();
    }

    @Test
    void dock_finds_out_in_every_usual_way_that_it_may_erase() throws Exception {
        start(SHORT);
        FTPClient dock = dock();
        put(dock, "a b.mp4", FOOTAGE);
        String sha256 = recordings().get(0).fingerprint().hex();

        assertThat(dock.getSize("a b.mp4")).isEqualTo("700000");
        dock.sendCommand("XSHA256", "\"a b.mp4\"");
        assertThat(dock.getReplyString()).startsWith("250 " + sha256);
        dock.sendCommand("HASH", "a b.mp4");
        assertThat(dock.getReplyString()).startsWith("213 SHA-256 0-699999 " + sha256 + " a b.mp4");
        ByteArrayOutputStream receipt = new ByteArrayOutputStream();
        assertThat(dock.retrieveFile("a b.mp4.receipt.json", receipt)).isTrue();
        assertThat(receipt.toString(StandardCharsets.UTF_8))
                .contains(recordings().get(0).id().hex());
        assertThat(dock.setModificationTime("a b.mp4", "20260102030405")).isTrue();
        assertThat(dock.getModificationTime("a b.mp4")).isEqualTo("20260102030405");
        assertThat(dock.listNames()).containsExactlyInAnyOrder("a b.mp4", "a b.mp4.receipt.json");
        assertThat(Arrays.stream(dock.mlistDir()).map(FTPFile::getSize)).contains(700_000L);
        dock.features();
        assertThat(dock.getReplyString()).contains("XSHA256").contains("REST STREAM");
        dock.disconnect();
    }

    @Test
    void recordings_are_neither_read_nor_deleted_and_others_are_not_seen() throws Exception {
        start(SHORT);
        FTPClient dock = dock();
        put(dock, NAME, FOOTAGE);

        assertThat(dock.retrieveFile(NAME, new ByteArrayOutputStream())).isFalse();
        assertThat(dock.deleteFile(NAME)).isFalse();
        assertThat(dock.getReplyString()).startsWith("550");
        assertThat(dock.appendFile(NAME, new ByteArrayInputStream(FOOTAGE))).isFalse();
        assertThat(put(dock, "x.receipt.json", FOOTAGE)).isFalse();
        FTPClient other = dock(IngestServer.OTHER_DOCK.value(), IngestServer.OTHER_TOKEN);
        assertThat(other.listNames()).isEmpty();
        assertThat(other.retrieveFile(NAME + ".receipt.json", new ByteArrayOutputStream()))
                .isFalse();
        other.disconnect();
        dock.disconnect();
    }

    @Test
    void revoked_device_is_stopped_in_the_middle_of_a_file() throws Exception {
        start(SHORT);
        FTPClient dock = dock();
        OutputStream data = requireNonNull(dock.storeFileStream(NAME));
        data.write(FOOTAGE, 0, 1000);
        data.flush();

        door.revoke(IngestServer.DOCK);
        try {
            data.write(FOOTAGE);
            data.close();
        } catch (IOException ignored) {
            // the server has ended it already
        }

        assertThatThrownBy(dock::getReply).isInstanceOf(FTPConnectionClosedException.class);
        assertThat(dock.getReplyCode()).isEqualTo(421);
        assertThat(recordings()).isEmpty();
        assertThat(new FtpPusher(
                                requireNonNull(ftp).address(),
                                IngestServer.DOCK.value(),
                                IngestServer.TOKEN,
                                FTPClient::new)
                        .connected())
                .isNull();
        dock.disconnect();
    }

    @Test
    void bytes_are_taken_as_they_are_even_as_text() throws Exception {
        start(SHORT);
        FTPClient dock = dock();
        byte[] text = "a\r\nb\nc\rd".getBytes(StandardCharsets.US_ASCII);
        dock.setFileType(FTP.ASCII_FILE_TYPE);
        dock.sendCommand("PASV");
        String[] parts = dock.getReplyString()
                .replaceAll(".*\\(([0-9,]+)\\).*", "$1")
                .trim()
                .split(",", -1);
        int port = Integer.parseInt(parts[4]) * 256 + Integer.parseInt(parts[5]);
        try (Socket data = new Socket(requireNonNull(ftp).address().getAddress(), port)) {
            dock.sendCommand("STOR", "notes.txt");
            data.getOutputStream().write(text);
        }
        dock.getReply();

        assertThat(dock.getReplyCode()).as(dock.getReplyString()).isEqualTo(226);
        assertThat(requireNonNull(server).original(recordings().get(0))).isEqualTo(text);
        dock.disconnect();
    }

    @Test
    void only_what_was_asked_for_is_listened_to() throws Exception {
        start(SHORT);
        assertThat(requireNonNull(ftp).listeners()).isEqualTo(1);
    }

    @Test
    void empty_file_is_a_name_and_no_recording() throws Exception {
        start(SHORT);
        FTPClient dock = dock();

        assertThat(put(dock, NAME, new byte[0])).isTrue();

        assertThat(dock.getSize(NAME)).isEqualTo("0");
        assertThat(recordings()).isEmpty();
        assertThat(put(dock, NAME, FOOTAGE)).isTrue();
        assertThat(recordings()).hasSize(1);
        dock.disconnect();
    }

    @Test
    void names_in_gbk_and_names_that_are_nothing_are_kept() throws Exception {
        start(SHORT);
        for (byte[] name : List.of(
                "重点_1.mp4".getBytes(Charset.forName("GBK")),
                "重点_2.mp4".getBytes(StandardCharsets.UTF_8),
                new byte[] {'a', (byte) 0xff, '.', 'm', 'p', '4'})) {
            FTPClient dock = dock();
            dock.setControlEncoding("ISO-8859-1");
            dock.disconnect();
            dock.connect(
                    requireNonNull(ftp).address().getAddress(),
                    requireNonNull(ftp).address().getPort());
            dock.login(IngestServer.DOCK.value(), IngestServer.TOKEN);
            dock.enterLocalPassiveMode();
            assertThat(put(dock, new String(name, StandardCharsets.ISO_8859_1), footage(100, name[0])))
                    .as(dock.getReplyString())
                    .isTrue();
            dock.disconnect();
        }
        assertThat(recordings())
                .extracting(Recording::filename)
                .containsExactlyInAnyOrder("重点_1.mp4", "重点_2.mp4", "a%FF.mp4");
    }

    @Test
    void many_tiny_files_are_as_many_recordings() throws Exception {
        start(SHORT);
        FTPClient dock = dock();
        int count = Integer.getInteger("liuhen.tiny.files", 100);
        for (int i = 0; i < count; i++) {
            byte[] bytes = ("tiny " + i).getBytes(StandardCharsets.US_ASCII);
            dock.sendCommand("ALLO", Integer.toString(bytes.length));
            assertThat(put(dock, "many/" + i + ".jpg", bytes))
                    .as(dock.getReplyString())
                    .isTrue();
        }

        assertThat(recordings()).hasSize(Math.min(500, count));
        assertThat(dock.listNames("many")).hasSize(2 * count);
        dock.disconnect();
    }

    @Test
    void nothing_passes_without_tls_where_tls_is_needed() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        TlsIdentity identity = TlsIdentity.selfSigned(
                folder.resolve("keys"), List.of("localhost"), InstantSource.system(), new SecureRandom());
        start(new FtpSettings(any, any, identity, true, null, null, 8, FtpSettings.USUAL_IDLE, SHORT));

        FTPClient plain = new FTPClient();
        plain.connect(
                requireNonNull(ftp).address().getAddress(),
                requireNonNull(ftp).address().getPort());
        assertThat(plain.login(IngestServer.DOCK.value(), IngestServer.TOKEN)).isFalse();
        plain.disconnect();
        for (boolean implicit : new boolean[] {false, true}) {
            InetSocketAddress address = implicit
                    ? requireNonNull(ftp).implicitAddress()
                    : requireNonNull(ftp).address();
            FTPClient secure = requireNonNull(
                    new FtpPusher(address, IngestServer.DOCK.value(), IngestServer.TOKEN, () -> trusting(implicit))
                            .connected());
            byte[] footage = footage(300_000, implicit ? 1 : 2);
            assertThat(put(secure, "tls-" + implicit + ".mp4", footage))
                    .as(secure.getReplyString())
                    .isTrue();
            ((FTPSClient) secure).execPROT("C");
            assertThat(put(secure, "clear.mp4", footage)).isFalse();
            secure.disconnect();
        }
        assertThat(recordings())
                .extracting(Recording::filename)
                .containsExactlyInAnyOrder("tls-false.mp4", "tls-true.mp4");
    }

    private static FTPSClient trusting(boolean implicit) {
        FTPSClient client = new FTPSClient(implicit);
        client.setTrustManager(TrustManagerUtils.getAcceptAllTrustManager());
        client.setEndpointCheckingEnabled(false);
        return client;
    }
}
