package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.playback.Salvage;
import org.liuhen.storage.Finding;

/** Files that were cut off, and what is got back from them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepairTest {
    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);

    @TempDir
    static Path folder;

    private Path healthy = Path.of("");
    private byte[] lost = {};

    @BeforeAll
    void make_footage() throws IOException {
        healthy = SampleMedia.made(folder, "healthy.mp4", SampleMedia.spec(FootageSpec.Scene.STREET))
                .file();
        lost = SampleMedia.withoutIndex(
                SampleMedia.made(folder, "same-camera.mp4", SampleMedia.spec(FootageSpec.Scene.SCUFFLE))
                        .file());
    }

    @AfterAll
    void end_children() {
        tools.close();
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private Path out(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name + ".out"));
    }

    @Test
    void a_recording_without_index_is_got_back_with_its_sound_by_a_healthy_one_of_the_same_camera() throws IOException {
        Path cutOff = file("flat-battery.mp4", Arrays.copyOf(lost, lost.length * 2 / 3));
        byte[] before = Files.readAllBytes(cutOff);
        Path out = out("flat-battery");
        Likeness likeness = Likeness.of(healthy).orElseThrow();
        RenderOutcome outcome = tools.repair(cutOff, out, likeness, false, seconds -> {});
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        RenderOutcome.Playable playable = (RenderOutcome.Playable) outcome;
        assertThat(playable.findings())
                .filteredOn(finding -> finding.kind().equals("repaired"))
                .singleElement()
                .extracting(Finding::detail)
                .asString()
                .contains("moov", "s got back", "the same camera", "the sound between them");
        assertThat(playable.findings())
                .allSatisfy(finding -> assertThat(finding.said()).isNotEmpty());
        double seconds = playable.media().durationSeconds();
        assertThat(seconds).isBetween(2.0, 5.5);
        Decoded decoded = tools.decode(out.resolve("index.m3u8"));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isCloseTo(Math.round(seconds * 15), within(3L));
        assertThat(decoded.brightness()).isBetween(20.0, 235.0);
        assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(seconds, within(0.6));
        assertThat(out.resolve("poster.jpg")).exists();
        assertThat(out.resolve("salvaged.head")).doesNotExist();
        assertThat(Files.readAllBytes(cutOff)).isEqualTo(before);
    }

    @Test
    void a_recording_without_index_whose_pictures_carry_their_parameters_needs_no_other() throws IOException {
        byte[] bare = footage(FootageSpec.Container.H264);
        Path out = out("in-band");
        RenderOutcome outcome = tools.look(file("in-band.mp4", boxed(bare, 4)), out);
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        RenderOutcome.Playable playable = (RenderOutcome.Playable) outcome;
        assertThat(playable.findings()).extracting(Finding::kind).contains("repaired");
        Decoded decoded = tools.decode(out.resolve("index.m3u8"));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isEqualTo(90);
        assertThat(decoded.width()).isEqualTo(320);
    }

    @Test
    void units_with_lengths_of_two_bytes_are_got_back_by_a_healthy_recording_that_has_such() throws IOException {
        byte[] bare = footage(FootageSpec.Container.H264);
        byte[] like = Files.readAllBytes(healthy);
        like[at(like, "avcC") + 4 + 4] = (byte) 0xfd;
        Likeness likeness = Likeness.of(file("short-like.mp4", like)).orElseThrow();
        Path out = out("short");
        Path lost = file("short.mp4", boxed(bare, 2));
        assertThat(tools.repair(lost, out, likeness, false, seconds -> {})).isInstanceOf(RenderOutcome.Playable.class);
        Decoded decoded = tools.decode(out.resolve("index.m3u8"));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isEqualTo(90);
    }

    private static int at(byte[] bytes, String tag) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(tag);
    }

    @Test
    void pictures_are_got_back_without_sound_of_a_kind_that_cannot_be_told_from_them() throws IOException {
        Path telephone = file("telephone.3gp", footage(FootageSpec.Container.THREE_GP));
        Likeness likeness = Likeness.of(telephone).orElseThrow();
        Path out = out("telephone");
        RenderOutcome outcome = tools.repair(
                file("lost.3gp", SampleMedia.withoutIndex(telephone)), out, likeness, false, seconds -> {});
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        assertThat(((RenderOutcome.Playable) outcome).findings())
                .filteredOn(finding -> finding.kind().equals("repaired"))
                .singleElement()
                .extracting(Finding::detail)
                .asString()
                .contains("no sound");
        assertThat(tools.decode(out.resolve("index.m3u8")).pictures()).isBetween(80L, 95L);
    }

    @TestFactory
    Stream<DynamicTest> h265_without_index_is_got_back() {
        return SampleMedia.shared().stream()
                .filter(sample -> sample.toString().equals("plain-h265.mp4"))
                .flatMap(sample -> Stream.of(
                        DynamicTest.dynamicTest(
                                "by a healthy recording",
                                () -> h265(
                                        SampleMedia.withoutIndex(sample.file()),
                                        Likeness.of(sample.file()).orElseThrow(),
                                        sample.pictures())),
                        DynamicTest.dynamicTest(
                                "by its own parameters",
                                () -> h265(
                                        withParameters(Files.readAllBytes(sample.file())), null, sample.pictures()))));
    }

    private void h265(byte[] lost, @Nullable Likeness likeness, long pictures) throws IOException {
        String name = "h265-" + (likeness == null ? "own" : "like");
        Path out = out(name);
        Path file = file(name + ".mp4", lost);
        RenderOutcome outcome =
                likeness == null ? tools.look(file, out) : tools.repair(file, out, likeness, false, seconds -> {});
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        assertThat(((RenderOutcome.Playable) outcome).findings())
                .extracting(Finding::kind)
                .contains("repaired");
        Decoded decoded = tools.decode(out.resolve("index.m3u8"));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isCloseTo(pictures, within(3L));
        byte[] torn = Arrays.copyOf(lost, lost.length / 2);
        Random random = new Random(265);
        for (int i = 0; i < 20; i++) {
            for (int flips = 0; flips < 1 << (i % 10); flips++) {
                torn[random.nextInt(torn.length)] = (byte) random.nextInt();
            }
            Salvage.of(file("attacked-265.mp4", torn), likeness)
                    .ifPresent(found -> assertThat(found.pictures()).isBetween(2, torn.length / 5));
        }
    }

    /** The media data alone, with the parameters that the index had before it. */
    private static byte[] withParameters(byte[] mp4) {
        ByteBuffer bytes = ByteBuffer.wrap(mp4);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, 0, 16, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm', 0, 0, 0, 0});
        out.writeBytes(new byte[] {0, 0, 0, 0, 'm', 'd', 'a', 't'});
        int at = at(mp4, "hvcC") + 4 + 22;
        int arrays = mp4[at++];
        for (int array = 0; array < arrays; array++) {
            int units = bytes.getShort(at + 1);
            at += 3;
            for (int unit = 0; unit < units; unit++) {
                int length = bytes.getShort(at);
                out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
                out.write(mp4, at + 2, length);
                at += 2 + length;
            }
        }
        int data = at(mp4, "mdat");
        out.write(mp4, data + 4, bytes.getInt(data - 4) - 8);
        return out.toByteArray();
    }

    /** As a camera that never got to write its index: media data of a length that nobody has filled in. */
    private static byte[] boxed(byte[] startCodes, int lengthBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, 0, 16, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm', 0, 0, 0, 0});
        out.writeBytes(new byte[] {0, 0, 0, 0, 'm', 'd', 'a', 't'});
        String text = new String(startCodes, StandardCharsets.ISO_8859_1);
        for (String unit : text.split("\0?\0\0\1", -1)) {
            if (!unit.isEmpty()) {
                byte[] bytes = unit.getBytes(StandardCharsets.ISO_8859_1);
                out.write(ByteBuffer.allocate(4).putInt(bytes.length).array(), 4 - lengthBytes, lengthBytes);
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }

    @Test
    void without_parameters_and_without_likeness_it_stays_unplayable() throws IOException {
        Path cutOff = file("unknown.mp4", Arrays.copyOf(lost, lost.length / 2));
        assertThat(tools.look(cutOff, out("unknown"))).isInstanceOf(RenderOutcome.Unplayable.class);
    }

    /** Six seconds in a container, H.264 and AAC if it can hold them. */
    private byte[] footage(FootageSpec.Container container) throws IOException {
        return Files.readAllBytes(SampleMedia.made(
                        folder,
                        "footage-" + container,
                        SampleMedia.usual(SampleMedia.spec(FootageSpec.Scene.STREET), container))
                .file());
    }

    private RenderOutcome.Playable played(String name, byte[] bytes, double atLeastSeconds) throws IOException {
        Path out = out(name);
        RenderOutcome outcome = tools.render(file(name, bytes), out);
        assertThat(outcome).as(name).isInstanceOf(RenderOutcome.Playable.class);
        RenderOutcome.Playable playable = (RenderOutcome.Playable) outcome;
        assertThat(playable.media().durationSeconds()).as(name).isBetween(atLeastSeconds, 13.0);
        assertThat(tools.decode(out.resolve("index.m3u8")).pictures()).as(name).isGreaterThan((long)
                (10 * atLeastSeconds));
        return playable;
    }

    @Test
    void what_other_containers_hold_is_played_as_far_as_it_goes() throws IOException {
        byte[] matroska = footage(FootageSpec.Container.MATROSKA);
        played("without-cues.mkv", Arrays.copyOf(matroska, matroska.length * 6 / 10), 2);
        byte[] avi = footage(FootageSpec.Container.AVI);
        played("without-index.avi", Arrays.copyOf(avi, avi.length * 6 / 10), 2);
        byte[] stream = footage(FootageSpec.Container.MPEGTS);
        played("torn.ts", Arrays.copyOf(stream, stream.length * 6 / 10 / 188 * 188 + 77), 2);
        played("begun-in-the-middle.ts", Arrays.copyOfRange(stream, 4 * 188 + 50, stream.length), 2);
    }

    @Test
    void matroska_whose_lengths_were_never_filled_in_and_that_breaks_off_is_played() throws IOException {
        byte[] bytes = footage(FootageSpec.Container.MATROSKA);
        int clusters = 0;
        for (int at = 0; at + 12 < bytes.length; at++) {
            int id = ByteBuffer.wrap(bytes).getInt(at);
            if (id == 0x1f43b675 || id == 0x18538067) {
                int width = Integer.numberOfLeadingZeros(bytes[at + 4] & 0xff) - 23;
                Arrays.fill(bytes, at + 4, at + 4 + width, (byte) 0xff);
                bytes[at + 4] = (byte) ((1 << (9 - width)) - 1);
                clusters++;
            }
        }
        assertThat(clusters).isGreaterThan(1);
        played("unknown-lengths.mkv", Arrays.copyOf(bytes, bytes.length * 8 / 10), 3);
    }

    @Test
    void fragments_of_which_the_last_is_torn_are_played_as_far_as_they_go() throws IOException {
        Path out = out("fragments");
        assertThat(tools.render(healthy, out)).isInstanceOf(RenderOutcome.Playable.class);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(Files.readAllBytes(out.resolve("init.mp4")));
        try (Stream<Path> pieces = Files.list(out)) {
            for (Path piece : pieces.filter(path -> path.toString().endsWith(".m4s"))
                    .filter(path -> !path.getFileName().toString().startsWith("low"))
                    .sorted()
                    .toList()) {
                whole.writeBytes(Files.readAllBytes(piece));
            }
        }
        byte[] bytes = whole.toByteArray();
        played("torn-fragment.mp4", Arrays.copyOf(bytes, bytes.length * 8 / 10), 3);
    }

    @Test
    void a_stream_with_a_private_head_is_found_behind_it() throws IOException {
        byte[] stream = footage(FootageSpec.Container.MPEGTS);
        byte[] headed = new byte[1111 + stream.length];
        new Random(9).nextBytes(headed);
        System.arraycopy(stream, 0, headed, 1111, stream.length);
        played("headed.ts", headed, 4);
    }

    @Test
    void a_clock_that_was_set_back_within_a_file_is_told_with_its_place() throws IOException {
        byte[] stream = footage(FootageSpec.Container.MPEGTS);
        byte[] twice = Arrays.copyOf(stream, 2 * stream.length);
        System.arraycopy(stream, 0, twice, stream.length, stream.length);
        assertThat(played("twice.ts", twice, 11).findings())
                .filteredOn(finding -> finding.kind().equals("clock-jump"))
                .isNotEmpty()
                .first()
                .satisfies(finding -> {
                    assertThat(finding.detail()).contains("back by");
                    assertThat(finding.from()).isCloseTo(6, within(0.5));
                });
    }

    @Test
    void a_still_is_shown_as_what_it_is() throws IOException {
        Path out = out("still-source");
        assertThat(tools.look(healthy, out)).isInstanceOf(RenderOutcome.Playable.class);
        Path still = out("still");
        RenderOutcome outcome = tools.look(out.resolve("poster.jpg"), still);
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        assertThat(((RenderOutcome.Playable) outcome).findings()).isEmpty();
        assertThat(tools.decode(still.resolve("poster.jpg")).width()).isEqualTo(320);
    }

    @Test
    void likeness_survives_being_told_and_nonsense_is_refused() throws IOException {
        Likeness likeness = Likeness.of(healthy).orElseThrow();
        assertThat(Likeness.parse(likeness.text()).text()).isEqualTo(likeness.text());
        for (String nonsense : new String[] {"", ";", "1,2;-", "1,2,00;-", "x,y,z;-", likeness.text() + ";-"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Likeness.parse(nonsense));
        }
        assertThat(Likeness.of(file("none.mp4", new byte[100]))).isEmpty();
    }

    @Test
    void whatever_is_cut_off_or_altered_what_was_found_lies_in_the_file() throws IOException {
        Likeness likeness = Likeness.of(healthy).orElseThrow();
        long seed = 20_261_122;
        Random random = new Random(seed);
        Path file = folder.resolve("attacked.mp4");
        for (int i = 0; i < 150; i++) {
            byte[] bytes = Arrays.copyOf(lost, i < 50 ? lost.length * i / 50 : lost.length);
            for (int flips = i < 50 ? 0 : 1 << (i % 12); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(file, bytes);
            Optional<Salvage.Found> found = Salvage.of(file, i % 2 == 0 ? likeness : null);
            found.ifPresent(salvaged -> {
                assertThat(salvaged.pictures()).as("seed %d", seed).isBetween(2, bytes.length / 5);
                assertThat(salvaged.head().length).isLessThan(40 * bytes.length);
            });
        }
    }

    @Test
    void zeros_and_noise_are_no_pictures() throws IOException {
        byte[] bytes = new byte[3 << 20];
        System.arraycopy(lost, 0, bytes, 0, 16);
        ByteBuffer.wrap(bytes).putInt(0, 16).putInt(4, 0x66747970).putInt(20, 0x6d646174);
        assertThat(Salvage.of(file("zeros.mp4", bytes), Likeness.of(healthy).orElseThrow()))
                .isEmpty();
        byte[] noise = new byte[3 << 20];
        new Random(5).nextBytes(noise);
        System.arraycopy(bytes, 0, noise, 0, 24);
        assertThat(Salvage.of(file("noise.mp4", noise), null)).isEmpty();
    }
}
