package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/**
 * How soon an original of {@code -Dliuhen.large} bytes (64 MiB by default) plays after its acknowledgement; the figures go
 * to {@code target/large-on-demand.txt}.
 */
@Tag("world")
class LargeOriginalsPlayTest {
    private static final long SIZE_BYTES = Long.getLong("liuhen.large", 64 << 20);

    @TempDir
    private Path folder;

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        process.getOutputStream().close();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(command[0]).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }

    /** A minute of noise at about 8 Mbit/s, again and again. */
    private Path large(String ending) throws Exception {
        Path minute = folder.resolve("minute.mp4");
        if (!Files.exists(minute)) {
            List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i"));
            command.add("testsrc2=size=1280x720:rate=25:duration=60,noise=alls=20:allf=t");
            command.addAll(List.of("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=60"));
            command.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50", "-b:v", "8M"));
            command.addAll(List.of("-c:a", "aac", minute.toString()));
            run(command.toArray(new String[0]));
        }
        Path file = folder.resolve("large." + ending);
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i"));
        command.addAll(List.of(minute.toString(), "-c", "copy", "-fs", Long.toString(SIZE_BYTES), file.toString()));
        run(command.toArray(new String[0]));
        return file;
    }

    @Test
    void large_original_has_its_playlist_when_it_is_acknowledged() throws Exception {
        StringBuilder figures = new StringBuilder();
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(folder.resolve("d"));
                ServerConnection console = server.console()) {
            String device = console.post("/api/v1/devices", Map.of("id", "BWC-0001"))
                    .path("token")
                    .asText();
            String token =
                    console.post("/api/v1/tokens", Map.of()).path("token").asText();
            HttpClient http = HttpClient.newHttpClient();
            for (String ending : List.of("mp4", "mkv", "ts")) {
                Path file = large(ending);
                String id;
                try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
                    id = new Push(connection, InstantSource.system(), Duration.ofMinutes(1), Push.quiet())
                            .push(file, Map.of("case", "2026-1"))
                            .recording();
                }
                long acknowledged = System.nanoTime();
                String base = server.address() + "/api/v1/recordings/" + id + "/playback/";
                String playlist =
                        new String(get(http, base + "index.m3u8", token), java.nio.charset.StandardCharsets.UTF_8);
                double listed = (System.nanoTime() - acknowledged) / 1e6;
                assertThat(playlist).contains("#EXT-X-ENDLIST");
                List<String> names =
                        playlist.lines().filter(line -> line.endsWith(".m4s")).toList();
                String middle = names.get(names.size() / 2);
                assertThat(get(http, base + middle, token)).hasSizeGreaterThan(100_000);
                double played = (System.nanoTime() - acknowledged) / 1e6;
                figures.append(String.format(
                        Locale.ROOT,
                        "%s, %d MiB: playlist %.0f ms, a segment from the middle %.0f ms after the acknowledgement%n",
                        ending,
                        Files.size(file) >> 20,
                        listed,
                        played));
                Files.delete(file);
            }
        }
        System.out.print(Files.readString(Files.writeString(Path.of("target", "large-on-demand.txt"), figures)));
    }

    private static byte[] get(HttpClient http, String url, String token) throws Exception {
        HttpResponse<byte[]> response = http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).as(url).isEqualTo(200);
        return response.body();
    }
}
