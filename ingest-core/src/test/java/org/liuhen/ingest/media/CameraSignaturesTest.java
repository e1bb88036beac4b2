package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.signed.SignatureCheck;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;

/** Signatures in whole files, read by a child. Streams of every kind are in {@code SignatureCheckTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CameraSignaturesTest {
    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);

    @TempDir
    static Path folder;

    @AfterAll
    void end_children() {
        tools.close();
    }

    private Finding checked(Path file) {
        return checked(file, "h264");
    }

    private Finding checked(Path file, String codec) {
        return checked(file, codec, null);
    }

    private Finding checked(Path file, String codec, @Nullable Likeness likeness) {
        Media media = new Media("mov", 1, new Media.Video(codec, 640, 480, 25), null);
        RenderOutcome outcome =
                tools.withSignatures(new RenderOutcome.Playable(media, true, List.of()), file, likeness);
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        List<Finding> findings = ((RenderOutcome.Playable) outcome).findings();
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    @Test
    void recording_of_a_camera_that_does_not_sign_has_no_signature() throws IOException {
        for (FootageSpec.Container container :
                List.of(FootageSpec.Container.MP4, FootageSpec.Container.MATROSKA, FootageSpec.Container.MPEGTS)) {
            Path file = SampleMedia.made(
                            folder,
                            "unsigned." + container,
                            SampleMedia.spec(FootageSpec.Scene.STREET)
                                    .withFormat(container, FootageSpec.Pictures.H264, FootageSpec.Sound.NONE))
                    .file();
            assertThat(checked(file).kind()).isEqualTo(SignatureCheck.ABSENT);
        }
    }

    @Test
    void what_cannot_be_signed_is_not_looked_at() {
        RenderOutcome sound = new RenderOutcome.Playable(new Media("wav", 1, null, null), true, List.of());
        assertThat(tools.withSignatures(sound, folder.resolve("missing"), null)).isSameAs(sound);
    }

    @TestFactory
    Stream<DynamicTest> samples_of_signed_footage_are_judged_rightly() {
        return Stream.of(
                        test("signed-h264.mp4", "h264", SignatureCheck.VALID, 0, 10.0),
                        test("signed-h265.mp4", "hevc", SignatureCheck.VALID, 0, 8.246),
                        test("camera-1080p-elementary.h264", "h264", SignatureCheck.VALID, 0, 1.067),
                        test("plain-h264.mp4", "h264", SignatureCheck.ABSENT, 0, 0),
                        test("plain-h265.mp4", "hevc", SignatureCheck.ABSENT, 0, 0),
                        test("signed-h264-frame-137-altered.mp4", "h264", SignatureCheck.BROKEN, 4.72, 7.2))
                .flatMap(tests -> tests);
    }

    private Stream<DynamicTest> test(String name, String codec, String kind, double from, double to) {
        Path file = SampleMedia.SHARED.resolve(name);
        return !Files.exists(file)
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest(name, () -> {
                    Finding finding = checked(file, codec);
                    assertThat(finding.kind()).as(finding.detail()).isEqualTo(kind);
                    if (to > 0) {
                        assertThat(finding.from()).isCloseTo(from, within(0.005));
                        assertThat(finding.to()).isCloseTo(to, within(0.005));
                    }
                    if (kind.equals(SignatureCheck.BROKEN)) {
                        assertThat(finding.detail()).startsWith("picture 137 at 5.240 s");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> excerpt_of_signed_footage_keeps_the_signatures_of_what_it_holds() {
        Path file = SampleMedia.SHARED.resolve("signed-h264.mp4");
        return !Files.exists(file)
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest("signed-h264.mp4", () -> {
                    Path excerpt = folder.resolve("excerpt.mp4");
                    assertThat(tools.clip(file, 3, 8, excerpt)).isInstanceOf(ClipOutcome.Cut.class);
                    Finding finding = checked(excerpt);
                    assertThat(finding.kind()).as(finding.detail()).isEqualTo(SignatureCheck.VALID);
                    assertThat(finding.from()).isZero();
                    assertThat(finding.detail()).contains("are not covered");
                }));
    }

    @TestFactory
    Stream<DynamicTest> what_is_got_back_of_signed_footage_is_checked_too() {
        return SampleMedia.shared().stream()
                .filter(sample -> sample.toString().startsWith("signed-h264"))
                .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> {
                    Path lost = Files.write(folder.resolve("lost-" + sample), SampleMedia.withoutIndex(sample.file()));
                    Finding finding =
                            checked(lost, "h264", Likeness.of(sample.file()).orElseThrow());
                    boolean altered = sample.toString().contains("altered");
                    assertThat(finding.kind())
                            .as(finding.detail())
                            .isEqualTo(altered ? SignatureCheck.BROKEN : SignatureCheck.VALID);
                }));
    }
}
