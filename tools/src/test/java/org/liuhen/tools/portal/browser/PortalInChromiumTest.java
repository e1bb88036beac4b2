package org.liuhen.tools.portal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees and does: the real server, real footage, a real browser. Leaves its screenshots in {@code target}. */
@Tag("world")
class PortalInChromiumTest {
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    @TempDir
    private static Path folder;

    private static Department department;
    private static Playwright playwright;
    private static Browser browser;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requested = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void open() throws Exception {
        department = new Department(folder);
        department.work();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of("/usr/bin/chromium"))
                        .setArgs(List.of("--no-sandbox")));
    }

    @AfterAll
    static void shut() {
        if (playwright != null) {
            playwright.close();
        }
        if (department != null) {
            department.close();
        }
    }

    @BeforeEach
    void arrive() {
        look(1280, 900, "en-GB");
    }

    @AfterEach
    void leave() {
        context.close();
    }

    private void look(int width, int height, String locale) {
        if (context != null) {
            context.close();
        }
        context = browser.newContext(new Browser.NewContextOptions()
                .setBaseURL(department.address())
                .setViewportSize(width, height)
                .setLocale(locale));
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> requested.add(request.url()));
    }

    private void logIn() {
        page.navigate("/login");
        page.fill("input[name=name]", "admin");
        page.fill("input[name=password]", Department.PASSWORD);
        page.click("main button");
        page.waitForURL("**/");
    }

    private void findCase(String number) {
        page.navigate("/");
        page.fill("#number", number);
        page.keyboard().press("Enter");
        page.waitForSelector("h1.case-number");
    }

    @Test
    void investigator_finds_the_case_and_plays_a_recording_for_two_seconds() {
        logIn();
        findCase(Department.CASE);
        assertThat(page.locator("a.bar").count()).isEqualTo(11);
        assertThat(page.locator("table.recordings tbody tr").count()).isEqualTo(11);
        page.locator("a.bar[aria-label*=BWC-0147]").first().click();
        playsForTwoSeconds("recording-playing");
        assertThat(page.locator("#player").evaluate("video => Math.round(video.duration)"))
                .isEqualTo(42);
        page.reload();
        assertThat(page.locator("table.custody").innerText()).contains("viewed").contains("played");
    }

    @Test
    void footage_of_another_maker_plays_too() {
        logIn();
        findCase(Department.STREET_CASE);
        page.locator("a.row-link").first().click();
        playsForTwoSeconds("street-playing");
    }

    private void playsForTwoSeconds(String name) {
        page.waitForSelector("#play");
        page.click("#play");
        page.waitForFunction("() => document.getElementById('player').currentTime > 2");
        Object spread = page.evaluate("""
                () => {
                  const video = document.getElementById("player");
                  const canvas = document.createElement("canvas");
                  canvas.width = 64;
                  canvas.height = 36;
                  const pen = canvas.getContext("2d");
                  pen.drawImage(video, 0, 0, 64, 36);
                  const bytes = pen.getImageData(0, 0, 64, 36).data;
                  let darkest = 255, brightest = 0;
                  for (let i = 0; i < bytes.length; i += 4) {
                    const light = (bytes[i] + bytes[i + 1] + bytes[i + 2]) / 3;
                    darkest = Math.min(darkest, light);
                    brightest = Math.max(brightest, light);
                  }
                  return brightest - darkest;
                }
                """);
        assertThat(((Number) spread).doubleValue()).as("picture is not black").isGreaterThan(40);
        assertThat(page.locator("#player-wrong").isVisible()).isFalse();
        shoot(name);
        assertQuiet();
    }

    @Test
    void downloaded_original_has_the_fingerprint_that_the_page_shows() throws Exception {
        logIn();
        findCase(Department.CASE);
        page.locator("a.row-link").first().click();
        String shown = page.locator("#fingerprint").innerText();
        Download download = page.waitForDownload(() -> page.click("a.button.main"));
        try (InputStream in = download.createReadStream()) {
            assertThat(DigestUtils.sha256Hex(in)).isEqualTo(shown);
        }
        assertThat(page.locator("#check-line").innerText()).contains(shown).contains(download.suggestedFilename());
    }

    @Test
    void clip_cut_on_the_page_comes_with_a_sidecar_that_names_its_fingerprint() throws Exception {
        logIn();
        findCase(Department.CASE);
        page.locator("a.bar[aria-label*=BWC-0147]").first().click();
        page.click("#clip summary");
        assertThat(page.locator("#clip-file").isVisible())
                .as("nothing is cut yet")
                .isFalse();
        page.fill("#clip input[name=from]", "3.2");
        page.fill("#clip input[name=to]", "6.5");
        page.fill("#clip textarea[name=reason]", "for the hearing");
        page.click("#clip button.main");
        page.waitForSelector("#clip-done:not([hidden])", new Page.WaitForSelectorOptions().setTimeout(120_000));
        shoot("clip-cut");
        String fingerprint;
        Download clip = page.waitForDownload(() -> page.click("#clip-file"));
        try (InputStream in = clip.createReadStream()) {
            fingerprint = DigestUtils.sha256Hex(in);
        }
        Download sidecar = page.waitForDownload(() -> page.click("#clip-sidecar"));
        try (InputStream in = sidecar.createReadStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains(fingerprint, "for the hearing");
        }
        assertThat(sidecar.suggestedFilename()).isEqualTo(clip.suggestedFilename() + ".json");
        assertQuiet();
        page.reload();
        assertThat(page.locator("table.custody").innerText()).contains("clip cut");
    }

    @Test
    void a_device_is_registered_on_the_system_page_and_its_token_shown() {
        logIn();
        for (int width : new int[] {1280, 390}) {
            look(width, width == 390 ? 844 : 900, "en-GB");
            logIn();
            page.navigate("/system");
            page.click(".actions details:first-child summary");
            page.fill(".actions details:first-child input[name=device]", "SPARE-" + width);
            page.click(".actions details:first-child button.main");
            page.waitForSelector("text=lh_");
            assertThat(page.locator("main").innerText()).contains("SPARE-" + width);
        }
        assertQuiet();
    }

    @Test
    void keyboard_alone_leads_from_login_to_a_recording() {
        page.navigate("/login");
        waitForFocus("name");
        page.keyboard().type("admin");
        page.keyboard().press("Tab");
        page.keyboard().type(Department.PASSWORD);
        page.keyboard().press("Enter");
        page.waitForURL("**/");
        waitForFocus("number");
        page.keyboard().type(Department.CASE);
        page.keyboard().press("Enter");
        page.waitForSelector("h1.case-number");
        page.keyboard().press("Tab");
        assertThat(focused("el => el.className")).isEqualTo("skip");
        for (int i = 0; i < 40 && !focused("el => el.getAttribute('class')").contains("bar"); i++) {
            page.keyboard().press("Tab");
        }
        assertThat(page.locator("#bar-detail").innerText()).contains("BWC-0155").contains("late upload");
        shoot("case-bar-focused");
        page.keyboard().press("Enter");
        page.waitForSelector("#play");
    }

    /** The browser gives a page's first field the focus a moment after it has loaded. */
    private void waitForFocus(String field) {
        page.waitForFunction("name => document.activeElement?.getAttribute('name') === name", field);
    }

    private String focused(String what) {
        return String.valueOf(page.evaluate("() => (" + what + ")(document.activeElement)"));
    }

    @Test
    void wrong_password_is_told_and_nothing_is_asked_from_elsewhere() {
        page.navigate("/login");
        page.fill("input[name=name]", "nobody");
        page.fill("input[name=password]", "guess");
        page.click("main button");
        assertThat(page.locator("[role=alert]").innerText()).contains("do not belong together");
        complaints.clear();
        assertQuiet();
    }

    @Test
    void every_page_fits_its_window_and_is_pictured_in_both_languages_and_widths() {
        for (String locale : List.of("en-GB", "zh-CN")) {
            for (int width : new int[] {1280, 390}) {
                look(width, width == 390 ? 844 : 900, locale);
                page.navigate("/login");
                String name = "%s-" + locale.substring(0, 2) + "-" + width;
                shootWhole(String.format(Locale.ROOT, name, "login"));
                logIn();
                findCase(Department.CASE);
                settle();
                shootWhole(String.format(Locale.ROOT, name, "case"));
                page.locator("a.row-link").nth(4).click();
                page.waitForSelector("#play");
                settle();
                shootWhole(String.format(Locale.ROOT, name, "recording"));
                Map<String, String> pages = Map.of(
                        "home", "/",
                        "search", "/search?device=BWC-0162",
                        "system", "/system",
                        "retention", "/retention",
                        "missing", "/nothing");
                pages.forEach((what, address) -> {
                    page.navigate(address);
                    shootWhole(String.format(Locale.ROOT, name, what));
                });
            }
        }
    }

    private void settle() {
        page.evaluate("() => document.querySelectorAll('img').forEach(picture => { picture.loading = 'eager'; })");
        page.waitForFunction("() => [...document.images].every(picture => picture.complete)");
    }

    private void shootWhole(String name) {
        assertThat(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))
                .as("%s fits", name)
                .isEqualTo(true);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    private void shoot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private void assertQuiet() {
        assertThat(complaints)
                .as("the browser's complaints, policy violations among them")
                .isEmpty();
        assertThat(requested).allMatch(url -> url.startsWith(department.address()) || url.startsWith("blob:"));
    }
}
