package org.liuhen.device.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.fault.Mutation;

/** Command lines that are nearly right: whatever a dock says, each answer is one of FTP, and the server goes on. */
class FtpMutationTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final byte[] QUIT = "\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String LOGIN = "USER " + IngestServer.DOCK.value() + "\r\nPASS " + IngestServer.TOKEN + "\r\n";
    private static final String LINE = "[1-5]\\d\\d[ -].*| .*|";

    @TempDir
    private Path folder;

    @Test
    void whatever_a_dock_says_is_answered_in_words_of_ftp() throws Exception {
        AtomicReference<@Nullable FtpAdapter> started = new AtomicReference<>();
        TestDoor door = new TestDoor();
        FtpSettings settings = new FtpSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                null,
                false,
                null,
                null,
                FtpSettings.USUAL_CONNECTIONS,
                SHORT,
                Duration.ofMillis(10));
        try (IngestServer server = IngestServer.start(folder, IngestServer.NO_RESERVE, uploads -> {
            DropFolders folders = new DropFolders(
                    uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, InstantSource.system());
            FtpAdapter ftp = new FtpAdapter(folders, door, settings);
            started.set(ftp);
            return ftp;
        })) {
            InetSocketAddress address = Objects.requireNonNull(started.get()).address();
            Mutation.of(FtpMutationTest.class, "commands").run(60, bytes -> {
                byte[] named = Mutation.with(bytes, "@DEVICE@", IngestServer.DOCK.value());
                return codes(told(address, Mutation.with(named, "@TOKEN@", IngestServer.TOKEN)));
            });
            String after = told(address, new byte[0]);
            assertThat(after).as("still serving").startsWith("220").contains("\n221");
            assertThat(server.catalog().ledger().audit()).isEmpty();
        }
    }

    /** Logs in first, as all docks do before they speak of names, and then says everything at once. */
    private static String told(InetSocketAddress address, byte[] lines) throws IOException {
        String text = new String(lines, StandardCharsets.ISO_8859_1);
        int login = text.startsWith(LOGIN) ? LOGIN.length() : 0;
        StringBuilder said = new StringBuilder();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(120_000);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            out.write(lines, 0, login);
            // greeting, and one answer for each line of the log-in
            for (int lineEnds = login == 0 ? 1 : 3; lineEnds > 0; ) {
                int c = in.read();
                if (c < 0) {
                    // too many at once: it ends without a greeting
                    return said.toString();
                }
                said.append((char) c);
                lineEnds -= c == '\n' ? 1 : 0;
            }
            out.write(lines, login, lines.length - login);
            out.write(QUIT);
            said.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (SocketTimeoutException hang) {
            throw new AssertionError("server: neither answers nor ends for two minutes", hang);
        } catch (SocketException ignored) {
            // ended before it was all said
        }
        return said.toString();
    }

    private static String codes(String answers) {
        StringBuilder codes = new StringBuilder();
        for (String line : answers.split("\r\n", -1)) {
            assertThat(line).matches("(?s)" + LINE);
            codes.append(line, 0, Math.min(3, line.length())).append(' ');
        }
        return codes.toString();
    }
}
