package org.liuhen.tools.portal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Footage with pictures that are reordered, as FFmpeg and Chromium play it: clients that are not ours. */
@Tag("world")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrangersPlayTest {
    private static final int SECONDS = 40;
    private static final int RATE = Screening.RATE;
    private static final int WIDTH = 64;
    private static final int HEIGHT = 36;
    private static final long SEED = 20_260_301;
    private static final String[] H265 = {
        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=50"
    };

    @TempDir
    private static Path folder;

    private Screening screening;

    @BeforeAll
    void start() throws Exception {
        screening = new Screening(folder);
    }

    @AfterAll
    void stop() throws IOException {
        if (screening != null) {
            screening.close();
        }
    }

    /** A moving test picture and a tone. */
    private static Path made(String name, String... encoding) throws Exception {
        return Screening.made(folder.resolve(name), 320, 180, SECONDS, encoding);
    }

    /** The fingerprints of all pictures, as FFmpeg decodes them. */
    private List<String> pictures(String input) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "warning"));
        if (input.startsWith("http")) {
            command.addAll(List.of("-headers", "Authorization: Bearer " + screening.token() + "\r\n"));
        }
        command.addAll(List.of("-i", input, "-map", "0:v", "-f", "framemd5", "-"));
        List<String> pictures = new ArrayList<>();
        for (String line : Screening.run(command.toArray(new String[0])).lines().toList()) {
            if (line.startsWith("0,")) {
                pictures.add(line.substring(line.lastIndexOf(',') + 1).strip());
            } else {
                assertThat(line).as("FFmpeg complains of nothing").startsWith("#");
            }
        }
        return pictures;
    }

    private void assertPlayedByFfmpeg(Path original) throws Exception {
        String id = screening.push(original);
        String playlist = screening.address() + "/api/v1/recordings/" + id + "/playback/index.m3u8";
        assertThat(pictures(playlist)).isEqualTo(pictures(original.toString())).hasSize(SECONDS * RATE);
        String seconds = Screening.run(
                "ffprobe",
                "-v",
                "warning",
                "-headers",
                "Authorization: Bearer " + screening.token() + "\r\n",
                "-show_entries",
                "format=duration",
                "-of",
                "csv=p=0",
                playlist);
        assertThat(Double.parseDouble(seconds.strip())).isCloseTo(SECONDS, within(0.15));
        screening.whenReady(id);
        List<Path> kept = filesOf(id, "renditions");
        assertThat(kept).extracting(path -> path.getFileName().toString()).contains("poster.jpg");
        long keptBytes = 0;
        for (Path file : kept) {
            keptBytes += Files.size(file);
        }
        assertThat(keptBytes).as("all of %s together", kept).isLessThan(Files.size(original) / 5);
        if (original.toString().matches(".*\\.(mp4|mov)")) {
            assertThat(filesOf(id, "playback")).as("made for watching it").isEmpty();
        }
    }

    /** What one of the data folders holds of a recording. */
    private static List<Path> filesOf(String id, String in) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("d").resolve(in))) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(id))
                    .toList();
        }
    }

    @Test
    void ffmpeg_reads_every_picture_of_the_original_from_the_playlist() throws Exception {
        assertPlayedByFfmpeg(made("reordered.mp4"));
        assertPlayedByFfmpeg(made("fragmented.mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof"));
        assertPlayedByFfmpeg(made("quicktime.mov"));
        assertPlayedByFfmpeg(made("recorder.mkv"));
        assertPlayedByFfmpeg(made("stream.ts"));
        assertPlayedByFfmpeg(made("old.avi", "-bf", "0"));
    }

    @Test
    void every_format_shows_its_first_picture_in_chromium_before_anything_is_stored() throws Exception {
        Map<String, Path> formats = new LinkedHashMap<>();
        formats.put("MP4, H.264 and AAC", made("f.mp4", "-metadata", "title=first"));
        formats.put("MOV, H.264 and AAC", made("f.mov", "-metadata", "title=first"));
        formats.put("MKV, H.264 and AAC", made("f.mkv", "-metadata", "title=first"));
        formats.put("MPEG-TS, H.264 and AAC", made("f.ts", "-metadata", "service_name=first"));
        formats.put("AVI, H.264 and AAC", made("f.avi", "-bf", "0", "-metadata", "title=first"));
        formats.put("bare H.264", made("f.h264", "-bf", "0", "-an"));
        formats.put("MP4, H.265 and AAC", made("f-h265.mp4", H265));
        formats.put("AVI, MPEG-4 part 2 and MP3", made("f-mpeg4.avi", "-c:v", "mpeg4", "-c:a", "libmp3lame"));
        formats.put("AVI, MJPEG and PCM", made("f-mjpeg.avi", "-c:v", "mjpeg", "-bf", "0", "-c:a", "pcm_s16le"));
        formats.put("MKV, H.264 and G.711", made("f-g711.mkv", "-c:a", "pcm_alaw", "-ar", "8000"));
        formats.put("MPEG-PS, MPEG-2 and MP2", made("f.mpg", "-c:v", "mpeg2video", "-bf", "2", "-c:a", "mp2"));
        StringBuilder figures = new StringBuilder();
        try (Playwright playwright = Screening.playwright();
                Browser browser = Screening.chromium(playwright)) {
            List<String> complaints = new ArrayList<>();
            Page page = screening.loggedIn(browser, complaints);
            for (Map.Entry<String, Path> format : formats.entrySet()) {
                String id = screening.push(format.getValue());
                figures.append(
                        String.format(Locale.ROOT, "%s: %.0f ms%n", format.getKey(), millisToFirstPicture(page, id)));
            }
            assertThat(complaints).isEmpty();
        }
        Files.writeString(Path.of("target", "first-picture.txt"), figures);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/storyboard.vtt", "/playback/storyboard.vtt"})
    void storyboard_names_pictures_that_are_there_wherever_it_is_fetched(String place) throws Exception {
        String id = screening.push(made("board" + place.length() + ".mp4", "-metadata", "title=" + place.length()));
        screening.whenReady(id);
        URI board = URI.create(screening.address() + "/api/v1/recordings/" + id + place);
        List<String> named = fetched(board)
                .lines()
                .filter(line -> line.contains("#xywh="))
                .map(line -> line.substring(0, line.indexOf('#')))
                .distinct()
                .toList();
        assertThat(named).isNotEmpty();
        for (String picture : named) {
            assertThat(fetched(board.resolve(picture), "-o", "/dev/null", "-w", "%{content_type}"))
                    .as(picture)
                    .isEqualTo("image/jpeg");
        }
    }

    private String fetched(URI address, String... options) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "-f", "-H", "Authorization: Bearer " + screening.token()));
        command.addAll(List.of(options));
        command.add(address.toString());
        return Screening.run(command.toArray(new String[0]));
    }

    @Test
    void a_still_is_seen_at_its_full_size_in_chromium_and_is_one_look() throws Exception {
        Path original = folder.resolve("still.jpg");
        Screening.run(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=2000x1500:duration=1",
                "-frames:v",
                "1",
                original.toString());
        String id = screening.push(original);
        screening.whenReady(id);
        try (Playwright playwright = Screening.playwright();
                Browser browser = Screening.chromium(playwright)) {
            List<String> complaints = new ArrayList<>();
            Page page = screening.loggedIn(browser, complaints);
            page.navigate("/recordings/" + id);
            assertThat(page.evaluate("""
                    async () => {
                      const picture = document.getElementById("still");
                      await picture.decode();
                      return picture.naturalWidth + "x" + picture.naturalHeight;
                    }
                    """)).isEqualTo("2000x1500");
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "still.png")));
            assertThat(complaints).isEmpty();
            page.click("a.still");
            page.waitForURL("**/playback/picture.jpg");
            assertThat(page.evaluate("() => document.contentType")).isEqualTo("image/jpeg");
            page.navigate("/recordings/" + id);
            assertThat(page.locator(".custody-panel").innerText()).containsOnlyOnce("picture at full size");
        }
    }

    @Test
    void excerpt_holds_the_very_pictures_of_its_span() throws Exception {
        Path original = made("excerpted.mp4", "-metadata", "title=excerpt");
        String id = screening.push(original);
        Path excerpt = folder.resolve("excerpt.mp4");
        Screening.run(
                "curl",
                "-sS",
                "-f",
                "-H",
                "Authorization: Bearer " + screening.token(),
                "-o",
                excerpt.toString(),
                screening.address() + "/api/v1/recordings/" + id + "/clip?from=11&to=20");
        // key pictures are two seconds apart
        assertThat(pictures(excerpt.toString()))
                .isEqualTo(pictures(original.toString()).subList(10 * RATE, 20 * RATE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"watched.mp4", "watched.mkv", "watched.ts", "watched-h265.mp4"})
    void chromium_shows_the_right_picture_at_twenty_random_places(String name) throws Exception {
        Path original = name.contains("h265") ? made(name, H265) : made(name, "-metadata", "title=watched");
        byte[] pictures = grey(original);
        String id = screening.push(original);
        try (Playwright playwright = Screening.playwright();
                Browser browser = Screening.chromium(playwright)) {
            List<String> complaints = new ArrayList<>();
            Page page = screening.loggedIn(browser, complaints);
            assertThat(millisToFirstPicture(page, id)).isPositive();
            assertThat(((Number) page.evaluate("() => document.getElementById('player').duration")).doubleValue())
                    .isCloseTo(SECONDS, within(0.15));
            Random random = new Random(SEED);
            for (int i = 0; i < 20; i++) {
                double at = random.nextInt(SECONDS * 100 - 50) / 100.0;
                assertThat(shown(page, pictures, at))
                        .as("second %s, seed %s", at, SEED)
                        .isCloseTo(at, within(1.6 / RATE));
            }
            assertThat(complaints).isEmpty();
        }
    }

    /** Presses play on a recording that was just pushed. */
    private static double millisToFirstPicture(Page page, String id) {
        page.navigate("/recordings/" + id);
        page.waitForSelector("#play");
        Object millis = page.evaluate("""
                async () => {
                  const video = document.getElementById("player");
                  const shown = new Promise(resolve => video.requestVideoFrameCallback(resolve));
                  const began = performance.now();
                  document.getElementById("play").click();
                  await shown;
                  return performance.now() - began;
                }
                """);
        return ((Number) millis).doubleValue();
    }

    /** Every picture of a file, small and grey. */
    private static byte[] grey(Path file) throws Exception {
        Path raw = folder.resolve("grey.raw");
        String size = "scale=" + WIDTH + ":" + HEIGHT;
        Screening.run(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-i",
                file.toString(),
                "-vf",
                size,
                "-pix_fmt",
                "gray",
                "-f",
                "rawvideo",
                raw.toString());
        return Files.readAllBytes(raw);
    }

    /** Jumps to a place and says when the picture that is seen there is shown in the original. */
    private static double shown(Page page, byte[] pictures, double at) {
        List<?> seen = (List<?>) page.evaluate("""
                async (at) => {
                  const video = document.getElementById("player");
                  video.pause();
                  const there = new Promise(resolve => video.addEventListener("seeked", resolve, { once: true }));
                  // the picture of the place before may still be on its way to the screen
                  const presented = new Promise(resolve => {
                    const look = (now, picture) => {
                      if (Math.abs(picture.mediaTime - at) < 0.2) {
                        resolve();
                      } else {
                        video.requestVideoFrameCallback(look);
                      }
                    };
                    video.requestVideoFrameCallback(look);
                    setTimeout(resolve, 10000);
                  });
                  video.currentTime = at;
                  await there;
                  await presented;
                  const canvas = document.createElement("canvas");
                  canvas.width = 64;
                  canvas.height = 36;
                  const pen = canvas.getContext("2d");
                  pen.drawImage(video, 0, 0, 64, 36);
                  const bytes = pen.getImageData(0, 0, 64, 36).data;
                  const grey = [];
                  for (let i = 0; i < bytes.length; i += 4) {
                    grey.push(Math.round(0.299 * bytes[i] + 0.587 * bytes[i + 1] + 0.114 * bytes[i + 2]));
                  }
                  return grey;
                }
                """, at);
        int best = -1;
        long least = Long.MAX_VALUE;
        int size = WIDTH * HEIGHT;
        for (int picture = 0; picture < pictures.length / size; picture++) {
            long difference = 0;
            for (int i = 0; i < size; i++) {
                difference +=
                        Math.abs(Byte.toUnsignedInt(pictures[picture * size + i]) - ((Number) seen.get(i)).intValue());
            }
            if (difference < least) {
                least = difference;
                best = picture;
            }
        }
        return (best + 0.5) / RATE;
    }
}
