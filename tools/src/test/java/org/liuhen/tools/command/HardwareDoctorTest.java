package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** What an administrator sees of graphics hardware that is configured and is none. */
class HardwareDoctorTest {
    private static final String CONFIGURATION = "media: {children: 1, hardware: vaapi, hardwareDevice: /dev/null}\n";

    @TempDir
    private Path folder;

    private Path footage() throws Exception {
        Path file = folder.resolve("street.mp4");
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            maker.make(
                    FootageSpec.of(
                                    "CAM-1",
                                    Instant.parse("2026-03-01T00:00:00Z"),
                                    ZoneId.of("Asia/Shanghai"),
                                    Duration.ofSeconds(3),
                                    FootageSpec.Scene.STREET)
                            .withSize(1280, 720, 10),
                    file);
        }
        return file;
    }

    @Test
    void doctor_status_metrics_and_log_say_that_software_does_its_work_and_why() throws Exception {
        String data = folder.resolve("d").toString();
        try (ServerInAnotherProcess server = ServerInAnotherProcess.configured(CONFIGURATION, Path.of(data));
                ServerConnection console = server.console()) {
            assertThat(run("doctor", "--data", data).out())
                    .contains("graphics hardware: vaapi, used for 0 pieces of work, software instead for 0")
                    .doesNotContain("why software");
            assertThat(run("device", "add", "--id", "cam-1", "--data", data).exit())
                    .isEqualTo(ExitCode.DONE);
            Done pushed = run(
                    "push",
                    "--case",
                    "c1",
                    "--device",
                    "cam-1",
                    "--data",
                    data,
                    footage().toString());
            assertThat(pushed.exit()).as(pushed.error()).isEqualTo(ExitCode.DONE);

            JsonNode recording = MediaWork.ended(console, pushed.out().substring(0, 32));
            assertThat(recording.path("state").asText()).isEqualTo("ready");
            JsonNode media = console.get("/api/v1/status").path("media");
            assertThat(media.path("softwareInstead").asLong()).isEqualTo(1);
            assertThat(media.path("hardwareUsed").asLong()).isZero();
            assertThat(media.path("hardwareTrouble").asText()).contains("/dev/null");
            assertThat(run("doctor", "--data", data).out())
                    .contains("software instead for 1")
                    .contains("why software: open /dev/null by VA-API")
                    .contains("do: see that the device is there");
            HttpResponse<String> metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(server.address().resolve("/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(metrics.body()).contains("liuhen_media_hardware_total{result=\"software-instead\"} 1.0");
        }
        assertThat(Files.readAllLines(folder.resolve("d.log")).stream()
                        .filter(line -> line.contains("graphics hardware: cannot be used")))
                .hasSize(1);
    }
}
