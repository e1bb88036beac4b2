package org.liuhen.tools.portal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.BoundingBox;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;

/** What an investigator does with the player: a recording that is worth a small copy, black from second 4 to second 7. */
@Tag("world")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlayerInChromiumTest {
    private static final int SECONDS = 24;

    @TempDir
    private static Path folder;

    private final List<String> complaints = new ArrayList<>();
    private final List<String> requested = new ArrayList<>();
    private Screening screening;
    private Playwright playwright;
    private Browser browser;
    private String id = "";
    /** Where the black begins, as found by the server. */
    private double black;

    private Page page;

    @BeforeAll
    void open() throws Exception {
        screening = new Screening(folder);
        Path file = Screening.made(
                folder.resolve("large.mp4"),
                1280,
                720,
                SECONDS,
                "-vf",
                "drawbox=enable='between(t,4,6.99)':color=black:t=fill");
        id = screening.push(file);
        JsonNode finding = screening.whenReady(id).at("/findings").findParent("from");
        assertThat(finding.path("kind").asText()).isEqualTo("black");
        black = finding.path("from").asDouble();
        playwright = Screening.playwright();
        browser = Screening.chromium(playwright);
    }

    @AfterAll
    void shut() throws Exception {
        if (playwright != null) {
            playwright.close();
        }
        if (screening != null) {
            screening.close();
        }
    }

    @BeforeEach
    void arrive() {
        page = screening.loggedIn(browser, complaints);
        requested.clear();
        complaints.clear();
        page.onRequest(request -> requested.add(request.url()));
        visit("");
    }

    @AfterEach
    void the_browser_complains_of_nothing() {
        page.close();
        assertThat(complaints).isEmpty();
        assertThat(requested).allMatch(url -> url.startsWith(screening.address()) || url.startsWith("blob:"));
    }

    private void visit(String place) {
        page.navigate("about:blank"); // a page that changes only its place is not loaded anew
        page.navigate("/recordings/" + id + place);
        page.waitForSelector("#controls:not([hidden])");
    }

    private double now() {
        return ((Number) page.evaluate("() => document.getElementById('player').currentTime")).doubleValue();
    }

    /** Waits until the place is shown, seconds. */
    private void awaitPlace(double seconds) {
        page.waitForFunction(
                "at => { const video = document.getElementById('player');"
                        + " return video.readyState >= 2 && !video.seeking && Math.abs(video.currentTime - at) < 0.06; }",
                seconds,
                new Page.WaitForFunctionOptions().setTimeout(60_000));
    }

    private void press(String... keys) {
        for (String key : keys) {
            page.keyboard().press(key);
        }
    }

    @Test
    void opening_the_page_and_looking_over_the_time_line_is_not_playing_it() throws Exception {
        String unseen = screening.push(Screening.made(folder.resolve("unseen.mp4"), 320, 180, 8));
        screening.whenReady(unseen);
        page.navigate("/recordings/" + unseen);
        page.locator("#track").hover();
        page.waitForSelector("#peek-picture[data-from]");
        assertThat(requested).noneMatch(url -> url.contains(".m3u8") || url.contains(".m4s"));
        page.reload();
        assertThat(page.locator("table.custody").innerText())
                .contains("small pictures")
                .doesNotContain("played");
    }

    @Test
    void the_picture_over_the_time_line_is_that_of_its_time() {
        page.waitForFunction("() => document.getElementById('wave').width > 300");
        assertThat(brightnessOver(6, 5)).as("black then").isLessThan(10);
        assertThat(page.locator("#peek-time").innerText()).startsWith("0:0").contains(" · ");
        assertThat(brightnessOver(17, 15)).isGreaterThan(60);
        assertThat(page.locator("#peek-time").innerText()).startsWith("0:1");
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/time-line.png")));
    }

    /** How bright the small picture is that is shown over a place, one every 5 seconds. */
    private double brightnessOver(double seconds, double from) {
        BoundingBox track = page.locator("#track").boundingBox();
        page.mouse().move(track.x + track.width * seconds / SECONDS, track.y + 10);
        page.waitForFunction(
                "from => Math.abs(document.getElementById('peek-picture').dataset.from - from) < 0.3", from);
        return ((Number) page.evaluate("""
                () => {
                  const canvas = document.createElement("canvas");
                  const pen = canvas.getContext("2d", { willReadFrequently: true });
                  pen.drawImage(document.getElementById("peek-picture"), 0, 0, 16, 9);
                  const bytes = pen.getImageData(0, 0, 16, 9).data;
                  return bytes.reduce((sum, byte, i) => i % 4 === 3 ? sum : sum + byte, 0) / (bytes.length / 4 * 3);
                }
                """)).doubleValue();
    }

    @Test
    void keys_lead_to_places_pictures_and_findings() {
        page.locator("#track").focus();
        press("ArrowRight", "ArrowRight");
        awaitPlace(10);
        assertThat(page.locator("#track").getAttribute("aria-valuetext")).startsWith("0:10 / 0:24, ");
        press("Shift+ArrowLeft");
        awaitPlace(9);
        press(".", ".", ",");
        awaitPlace(9 + 1.5 / Screening.RATE);
        press("p");
        awaitPlace(black);
        press("Home", "n");
        awaitPlace(black);
        press("End");
        awaitPlace(SECONDS - 0.5 / Screening.RATE);
        page.locator(".mark-black").click();
        awaitPlace(black);
    }

    @Test
    void space_plays_and_pauses_and_the_button_says_which() {
        page.locator("#track").focus();
        press("Space");
        page.waitForFunction("() => document.getElementById('player').currentTime > 0.5");
        assertThat(page.locator("#toggle").getAttribute("aria-label")).isEqualTo("Pause");
        press("Space");
        page.waitForSelector("#toggle[aria-label=Play]");
        assertThat(page.evaluate("() => document.getElementById('player').paused"))
                .isEqualTo(true);
    }

    @Test
    void a_link_opens_the_recording_at_its_place() {
        visit("#t=12.5");
        assertThat(page.locator("#place").innerText()).startsWith("0:12.5 / 0:24");
        assertThat(requested).noneMatch(url -> url.contains(".m3u8"));
        page.click("#play");
        page.waitForFunction("() => document.getElementById('player').currentTime > 12.6");
        assertThat(now()).isBetween(12.5, (double) SECONDS);
        page.click("#toggle");
        page.click("#copy-place");
        page.waitForFunction("() => /^#t=1[2-9]\\.\\d\\d$/.test(location.hash)");
    }

    @Test
    void the_small_picture_is_played_when_chosen_and_remembered() {
        page.click("#play");
        page.waitForSelector("#quality-choice:not([hidden])");
        page.selectOption("#quality", "low");
        page.waitForFunction("() => document.getElementById('player').videoWidth === 640");
        page.selectOption("#quality", "full");
        page.waitForFunction("() => document.getElementById('player').videoWidth === 1280");
        page.selectOption("#quality", "low");
        visit("");
        requested.clear();
        assertThat(page.locator("#quality").inputValue()).isEqualTo("low");
        page.click("#play");
        page.waitForFunction("() => document.getElementById('player').currentTime > 1");
        assertThat(page.evaluate("() => document.getElementById('player').videoWidth"))
                .isEqualTo(640);
        assertThat(requested).anyMatch(url -> url.contains("low"));
        page.evaluate("() => localStorage.clear()");
    }

    @Test
    void a_box_drawn_over_the_picture_hides_it_in_the_clip() throws Exception {
        page.locator("#track").focus();
        press("ArrowRight", "ArrowRight");
        awaitPlace(10);
        press("i");
        press("Shift+ArrowRight", "Shift+ArrowRight");
        awaitPlace(12);
        press("o");
        assertThat(page.locator("form.clip input[name=from]").inputValue()).isEqualTo("10");
        assertThat(page.locator("form.clip input[name=to]").inputValue()).isEqualTo("12");
        press("Shift+ArrowLeft", "Shift+ArrowLeft");
        awaitPlace(10);
        page.click("#clip-draw");
        drag(0.1, 0.2, 0.4, 0.6);
        page.selectOption("#clip-masks .kind", "black");
        page.locator("#track").focus();
        press("Shift+ArrowRight");
        awaitPlace(11);
        drag(0.2, 0.3, 0.5, 0.3);
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots/box-drawn.png")));
        page.fill("form.clip textarea[name=reason]", "for the press");
        page.click("form.clip button.main");
        page.waitForSelector("#clip-done:not([hidden])", new Page.WaitForSelectorOptions().setTimeout(120_000));
        Path clip = folder.resolve("masked.mp4");
        Download file = page.waitForDownload(() -> page.click("#clip-file"));
        file.saveAs(clip);
        Download sidecar = page.waitForDownload(() -> page.click("#clip-sidecar"));
        try (InputStream in = sidecar.createReadStream()) {
            JsonNode paper = StoredJson.MAPPER.readTree(in);
            assertThat(paper.at("/sources/0/masks/0/kind").asText()).isEqualTo("black");
            assertThat(paper.at("/sources/0/masks/0/from").asDouble()).isEqualTo(10);
            assertThat(paper.at("/pictures/masked").asInt()).isEqualTo(50);
        }
        // drawn at 0.1 to 0.4, a second later moved by 0.3, and there it stays
        assertThat(brightest(clip, 0, 0.12, 0.22)).as("hidden at first").isLessThan(40);
        assertThat(brightest(clip, 0, 0.45, 0.22)).as("not hidden").isGreaterThan(80);
        assertThat(brightest(clip, 1.5, 0.42, 0.22)).as("hidden where it went").isLessThan(40);
        assertThat(brightest(clip, 1.5, 0.05, 0.22)).as("no longer hidden").isGreaterThan(80);
    }

    /** Moves the pointer over the picture, places as parts of it. */
    private void drag(double fromX, double fromY, double toX, double toY) {
        BoundingBox screen = page.locator("#boxes").boundingBox();
        page.mouse().move(screen.x + fromX * screen.width, screen.y + fromY * screen.height);
        page.mouse().down();
        page.mouse().move(screen.x + toX * screen.width, screen.y + toY * screen.height);
        page.mouse().up();
    }

    /** The brightest sample of a part of a picture, a quarter wide and a third high. */
    private static int brightest(Path clip, double atSeconds, double x, double y) throws Exception {
        Path raw = folder.resolve("part.raw");
        Screening.run(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-ss",
                Double.toString(atSeconds),
                "-i",
                clip.toString(),
                "-vf",
                "crop=iw/4:ih/3:iw*" + x + ":ih*" + y + ",format=gray",
                "-frames:v",
                "1",
                "-f",
                "rawvideo",
                raw.toString());
        int brightest = 0;
        for (byte sample : Files.readAllBytes(raw)) {
            brightest = Math.max(brightest, Byte.toUnsignedInt(sample));
        }
        return brightest;
    }

    @Test
    void a_box_is_set_with_numbers_as_well_and_sound_with_them() {
        page.locator("#track").focus();
        press("ArrowRight");
        awaitPlace(5);
        page.locator("#clip summary").click();
        page.fill("form.clip input[name=from]", "4");
        page.fill("form.clip input[name=to]", "6");
        page.locator("#clip-box").click();
        page.fill("#clip-masks .x", "25");
        page.locator("#clip-masks .x").press("Tab");
        Locator box = page.locator(".box");
        BoundingBox screen = page.locator("#boxes").boundingBox();
        assertThat(box.boundingBox().x - screen.x).isCloseTo(0.25 * screen.width, within(2.0));
        page.locator("#clip-sound").click();
        page.selectOption("#clip-stretches .kind", "disguise");
        assertThat(page.locator("#clip-stretches .from").inputValue()).isEqualTo("4");
        page.locator("#clip-masks .drop").click();
        assertThat(box.count()).isZero();
    }

    @Test
    void the_player_fits_a_phone() {
        page.setViewportSize(390, 844);
        page.locator("#clip summary").click();
        page.locator("#clip-box").click();
        assertThat(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))
                .isEqualTo(true);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target/screenshots/player-390.png"))
                .setFullPage(true));
    }
}
