package org.liuhen.tools.portal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;

/** A real server, footage that the program {@code ffmpeg} makes for it, and a browser to look at it. */
final class Screening implements AutoCloseable {
    /** Pictures a second in what is made here. */
    static final int RATE = 25;

    private final LiuhenServer server;
    private final ServerConnection console;
    private final String token;
    private final String device;

    Screening(Path folder) throws Exception {
        ServerConfiguration configuration =
                ServerConfiguration.defaults().serving(folder.resolve("d"), "127.0.0.1:0", null, null);
        server = LiuhenServer.start(
                folder.resolve("d"), configuration, Listening.of(configuration), Department.PASSWORD.toCharArray());
        console = ServerConnection.through(folder.resolve("d/run/liuhen.sock"));
        device = console.post("/api/v1/devices", Map.of("id", "BWC-0001"))
                .path("token")
                .asText();
        token = console.post("/api/v1/tokens", Map.of()).path("token").asText();
    }

    String address() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    /** An administrator's. */
    String token() {
        return token;
    }

    /** Runs a program and returns what it said. */
    static String run(String... command) throws Exception {
        Path log = Files.createTempFile("said", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            assertThat(process.waitFor(5, TimeUnit.MINUTES))
                    .as(command[0] + " ends")
                    .isTrue();
            String said = Files.readString(log);
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(log);
        }
    }

    /** A moving test picture and a tone, H.264 and AAC unless the encoding says otherwise. */
    static Path made(Path file, int width, int height, int seconds, String... encoding) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i"));
        command.add("testsrc2=size=" + width + "x" + height + ":rate=" + RATE + ":duration=" + seconds);
        command.addAll(List.of("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=" + seconds));
        command.addAll(List.of("-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "50", "-c:a", "aac"));
        command.addAll(Arrays.asList(encoding));
        command.add(file.toString());
        run(command.toArray(new String[0]));
        return file;
    }

    /** Hands a file in and returns the id of the recording. */
    String push(Path file) throws Exception {
        try (ServerConnection connection = ServerConnection.over(URI.create(address()), device, null)) {
            return new Push(connection, InstantSource.system(), Duration.ofSeconds(20), Push.quiet())
                    .push(file, Map.of("filetype", "video/mp4"))
                    .recording();
        }
    }

    /** Waits until a recording was made playable. */
    JsonNode whenReady(String id) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            JsonNode recording = console.get("/api/v1/recordings/" + id);
            if (!recording.path("state").asText().equals("stored")) {
                assertThat(recording.path("state").asText())
                        .as(recording.toString())
                        .isEqualTo("ready");
                return recording;
            }
            never.await(100, TimeUnit.MILLISECONDS);
        }
    }

    static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    static Browser chromium(Playwright playwright) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(List.of("--no-sandbox")));
    }

    /** @param complaints gets what the browser complains of */
    Page loggedIn(Browser browser, List<String> complaints) {
        Page page = browser.newPage(new Browser.NewPageOptions().setBaseURL(address()));
        page.navigate("/login");
        page.fill("input[name=name]", "admin");
        page.fill("input[name=password]", Department.PASSWORD);
        page.click("main button");
        page.waitForURL("**/");
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            // the picture in front of the player is there only when the recording was looked at
            boolean poster = message.location().contains("poster.jpg");
            if (!poster && (message.type().equals("error") || message.type().equals("warning"))) {
                complaints.add(message.text() + " " + message.location());
            }
        });
        return page;
    }

    @Override
    public void close() throws IOException {
        console.close();
        server.close();
    }
}
