package org.liuhen.device.ftp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.Recording;

/** Docks are answered in the character set that they speak: bytes over sockets, since clients have opinions. */
class FtpCharsetTest {
    private static final Charset GBK = Charset.forName("GBK");
    private static final String NAME = "录像_1.mp4";
    /** Its bytes in GBK are text in UTF-8 too. */
    private static final String AMBIGUOUS = "联通.mp4";

    @TempDir
    private Path folder;

    private @Nullable IngestServer server;
    private @Nullable FtpAdapter ftp;

    @BeforeEach
    void start() throws Exception {
        TestDoor door = new TestDoor();
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, uploads -> {
            ftp = new FtpAdapter(
                    new DropFolders(
                            uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, InstantSource.system()),
                    door,
                    FtpAdapterContractTest.settings(Duration.ofMillis(50)));
            return ftp;
        });
    }

    @AfterEach
    void stop() {
        requireNonNull(server).close();
    }

    /** A dock that speaks one character set and knows no other. */
    private final class Dock implements Closeable {
        private final InetSocketAddress address = requireNonNull(ftp).address();
        private final Charset charset;
        private final Socket control;
        private final BufferedReader answers;

        Dock(Charset charset) throws IOException {
            this.charset = charset;
            this.control = new Socket(address.getAddress(), address.getPort());
            control.setSoTimeout(120_000);
            this.answers = new BufferedReader(new InputStreamReader(control.getInputStream(), charset));
            assertThat(answers.readLine()).startsWith("220");
            say("USER " + IngestServer.DOCK.value());
            assertThat(say("PASS " + IngestServer.TOKEN)).startsWith("230");
        }

        String say(String command) throws IOException {
            control.getOutputStream().write((command + "\r\n").getBytes(charset));
            return answers.readLine();
        }

        private Socket data() throws IOException {
            String answer = say("EPSV");
            String port = answer.replaceAll(".*\\|\\|\\|(\\d+)\\|.*", "$1");
            return new Socket(address.getAddress(), Integer.parseInt(port));
        }

        void put(String name) throws IOException {
            try (Socket data = data()) {
                assertThat(say("STOR " + name)).startsWith("150");
                data.getOutputStream().write(name.getBytes(charset));
            }
            assertThat(answers.readLine()).startsWith("226");
        }

        String list(String command) throws IOException {
            String list;
            try (Socket data = data()) {
                assertThat(say(command)).startsWith("150");
                list = new String(data.getInputStream().readAllBytes(), charset);
            }
            assertThat(answers.readLine()).startsWith("226");
            return list;
        }

        @Override
        public void close() throws IOException {
            control.close();
        }
    }

    @Test
    void dock_that_sends_names_in_gbk_reads_them_in_gbk_also_when_it_comes_again() throws Exception {
        try (Dock dock = new Dock(GBK)) {
            dock.put(NAME);
            for (String command : new String[] {"LIST", "NLST", "MLSD"}) {
                assertThat(dock.list(command)).contains(NAME).contains(NAME + ".receipt.json");
            }
            assertThat(dock.say("MKD 文件夹")).isEqualTo("257 \"/文件夹\" is there.");
        }
        try (Dock again = new Dock(GBK)) {
            assertThat(again.list("NLST")).contains(NAME);
            assertThat(again.say("SIZE " + NAME)).isEqualTo("213 10");
        }
        assertThat(requireNonNull(server).recordings())
                .extracting(Recording::filename)
                .containsExactly(NAME);
    }

    @Test
    void what_a_dock_says_of_its_character_set_counts() throws Exception {
        try (Dock dock = new Dock(GBK)) {
            assertThat(dock.say("OPTS UTF8 OFF")).startsWith("200");
            dock.put(AMBIGUOUS);
            assertThat(dock.list("NLST")).contains(AMBIGUOUS);
        }
        try (Dock dock = new Dock(StandardCharsets.UTF_8)) {
            assertThat(dock.say("OPTS UTF8 ON")).startsWith("200");
            assertThat(dock.list("NLST")).contains(AMBIGUOUS);
            dock.put(NAME);
            assertThat(dock.list("LIST")).contains(NAME);
        }
        try (Dock dock = new Dock(StandardCharsets.UTF_8)) {
            assertThat(dock.list("MLSD")).contains(NAME).contains(AMBIGUOUS);
            assertThat(dock.say("OPTS UTF8 PERHAPS")).startsWith("501");
            assertThat(dock.say("SITE CHMOD 600 " + NAME)).startsWith("202");
            assertThat(dock.say("SITE EXEC x")).startsWith("504");
        }
    }
}
