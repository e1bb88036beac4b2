package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.ondemand.Piece;

/** What people see of a JPEG file, and that nothing of the file itself comes with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StillTest {
    private static final int WIDTH = 1023;
    private static final int HEIGHT = 767;
    private static final long SEED = 20_261_123;
    private static final List<Color> CORNERS = List.of(Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);

    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);
    private int files;

    @TempDir
    static Path folder;

    private @Nullable OnDemand onDemand;

    @BeforeAll
    void open() throws IOException {
        onDemand = new OnDemand(tools, folder.resolve("kept"), 256 << 20, 2);
    }

    @AfterAll
    void close() {
        Objects.requireNonNull(onDemand).close();
        tools.close();
    }

    /** Four fields of colour: red and green above, blue and white below. */
    private static BufferedImage fields(int width, int height, int type) {
        BufferedImage picture = new BufferedImage(width, height, type);
        Graphics2D pen = picture.createGraphics();
        for (int i = 0; i < 4; i++) {
            pen.setColor(CORNERS.get(i));
            pen.fillRect(i % 2 * width / 2, i / 2 * height / 2, width, height);
        }
        pen.dispose();
        return picture;
    }

    private static byte[] jpeg(BufferedImage picture, boolean progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var output = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.setOutput(output);
            writer.write(null, new IIOImage(picture, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] still() throws IOException {
        return jpeg(fields(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), false);
    }

    /** With a segment behind the first two bytes. */
    private static byte[] with(byte[] jpeg, int marker, byte[] segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, 2);
        int size = segment.length + 2;
        bytes.writeBytes(new byte[] {(byte) 0xff, (byte) marker, (byte) (size >> 8), (byte) size});
        bytes.writeBytes(segment);
        bytes.write(jpeg, 2, jpeg.length - 2);
        return bytes.toByteArray();
    }

    /** As a camera held so writes it. */
    private static byte[] turned(byte[] jpeg, int orientation) {
        ByteArrayOutputStream exif = new ByteArrayOutputStream();
        exif.writeBytes("Exif\0\0II*\0".getBytes(StandardCharsets.ISO_8859_1));
        exif.writeBytes(new byte[] {8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte) orientation, 0, 0, 0});
        exif.writeBytes(new byte[4]);
        return with(jpeg, 0xe1, exif.toByteArray());
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private Piece piece(byte[] original) throws IOException {
        Path file = Files.write(folder.resolve("original-" + ++files), original);
        return Objects.requireNonNull(onDemand).file(OnDemandTest.id(files), file, OnDemand.PICTURE);
    }

    private byte[] shownBytes(byte[] original) throws IOException {
        Piece piece = piece(original);
        assertThat(piece).isInstanceOf(Piece.Made.class);
        return Files.readAllBytes(((Piece.Made) piece).file());
    }

    private BufferedImage shown(byte[] original) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(shownBytes(original)));
    }

    /** Which of {@link #CORNERS} are seen above left, above right, below left, below right. */
    private static String corners(BufferedImage picture) {
        int right = picture.getWidth() - picture.getWidth() / 4;
        int low = picture.getHeight() - picture.getHeight() / 4;
        int left = picture.getWidth() / 4;
        int high = picture.getHeight() / 4;
        StringBuilder seen = new StringBuilder();
        for (int rgb : new int[] {
            picture.getRGB(left, high),
            picture.getRGB(right, high),
            picture.getRGB(left, low),
            picture.getRGB(right, low)
        }) {
            Color is = new Color(rgb);
            for (int i = 0; i < CORNERS.size(); i++) {
                Color may = CORNERS.get(i);
                if (Math.abs(is.getRed() - may.getRed()) < 30
                        && Math.abs(is.getGreen() - may.getGreen()) < 30
                        && Math.abs(is.getBlue() - may.getBlue()) < 30) {
                    seen.append("RGBW".charAt(i));
                }
            }
        }
        return seen.toString();
    }

    @Test
    void a_still_is_shown_at_its_full_size_in_its_colours() throws IOException {
        for (boolean progressive : new boolean[] {false, true}) {
            BufferedImage shown = shown(jpeg(fields(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), progressive));
            assertThat(shown.getWidth()).isEqualTo(WIDTH);
            assertThat(shown.getHeight()).isEqualTo(HEIGHT);
            assertThat(corners(shown)).as("progressive %s", progressive).isEqualTo("RGBW");
        }
        BufferedImage grey = shown(jpeg(fields(40, 4000, BufferedImage.TYPE_BYTE_GRAY), false));
        assertThat(grey.getWidth()).isEqualTo(40);
        assertThat(grey.getHeight()).isEqualTo(4000);
        assertThat(new Color(grey.getRGB(30, 3900)).getRed()).isCloseTo(255, within(4));
        assertThat(shown(jpeg(fields(1, 1, BufferedImage.TYPE_INT_RGB), false)).getWidth())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1,RGBW", "2,GRWB", "3,WBGR", "4,BWRG", "5,RBGW", "6,BRWG", "7,WGBR", "8,GWRB", "9,RGBW"})
    void a_still_is_upright_however_the_camera_was_held(int orientation, String seen) throws IOException {
        byte[] turned = turned(still(), orientation);
        BufferedImage shown = shown(turned);
        boolean sideways = orientation >= 5 && orientation <= 8;
        assertThat(shown.getWidth()).isEqualTo(sideways ? HEIGHT : WIDTH);
        assertThat(shown.getHeight()).isEqualTo(sideways ? WIDTH : HEIGHT);
        assertThat(corners(shown)).isEqualTo(seen);
        Path out = Files.createDirectory(folder.resolve("looked-" + orientation));
        Path file = Files.write(folder.resolve("turned-" + orientation), turned);
        assertThat(tools.look(file, out)).isInstanceOf(RenderOutcome.Playable.class);
        BufferedImage poster = ImageIO.read(out.resolve("poster.jpg").toFile());
        assertThat(poster.getWidth() < poster.getHeight()).isEqualTo(sideways);
        assertThat(corners(poster)).as("the poster").isEqualTo(seen);
    }

    @Test
    void nothing_a_file_carries_beside_its_picture_reaches_the_browser() throws IOException {
        byte[] script = "<script>alert(document.cookie)</script>".getBytes(StandardCharsets.UTF_8);
        byte[] original = joined(with(with(still(), 0xfe, script), 0xe5, script), script);
        byte[] shown = shownBytes(turned(original, 6));
        assertThat(corners(ImageIO.read(new ByteArrayInputStream(shown)))).isEqualTo("BRWG");
        assertThat(new String(shown, StandardCharsets.ISO_8859_1))
                .doesNotContain("script")
                .doesNotContain("Exif");
    }

    @Test
    void of_several_pictures_in_a_file_the_first_is_shown() throws IOException {
        byte[] preview = jpeg(fields(320, 240, BufferedImage.TYPE_BYTE_GRAY), false);
        for (byte[] original : List.of(joined(still(), preview), joined(still(), new byte[5000], preview, preview))) {
            BufferedImage shown = shown(original);
            assertThat(shown.getWidth()).isEqualTo(WIDTH);
            assertThat(corners(shown)).isEqualTo("RGBW");
        }
    }

    @Test
    void each_picture_in_a_file_lasts_a_25th_of_a_second() throws IOException {
        for (int pictures : new int[] {1, 2, 5, 6}) {
            byte[] original = {};
            for (int i = 0; i < pictures; i++) {
                original = joined(original, still());
            }
            Path out = Files.createDirectory(folder.resolve("several-" + pictures));
            Path file = Files.write(folder.resolve("several-" + pictures + ".file"), original);
            RenderOutcome outcome = tools.look(file, out);
            assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
            RenderOutcome.Playable playable = (RenderOutcome.Playable) outcome;
            assertThat(playable.media().container()).isEqualTo("jpeg_pipe");
            assertThat(playable.media().durationSeconds()).isCloseTo(pictures / 25.0, within(0.005));
        }
    }

    @Test
    void what_is_no_still_has_no_picture_and_says_so() throws IOException {
        byte[] film = Files.readAllBytes(SampleMedia.made(
                        folder,
                        "film.ts",
                        SampleMedia.spec(FootageSpec.Scene.STREET)
                                .withFormat(
                                        FootageSpec.Container.MPEGTS,
                                        FootageSpec.Pictures.H264,
                                        FootageSpec.Sound.NONE))
                .file());
        byte[] html = "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.UTF_8);
        byte[] svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".getBytes(StandardCharsets.UTF_8);
        byte[] huge = still();
        int head = indexOf(huge, (byte) 0xc0);
        huge[head + 4] = (byte) 0xff;
        huge[head + 6] = (byte) 0xff;
        for (byte[] original : List.of(film, html, svg, huge, new byte[0], Arrays.copyOf(still(), 300))) {
            Piece piece = piece(original);
            assertThat(piece).isInstanceOf(Piece.NotMade.class);
            assertThat(((Piece.NotMade) piece).why()).isNotBlank().doesNotContain(folder.toString());
        }
    }

    /** Where a segment's marker is. */
    private static int indexOf(byte[] jpeg, byte marker) {
        for (int i = 0; ; i++) {
            if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == marker) {
                return i + 1;
            }
        }
    }

    @Test
    void damaged_stills_are_shown_as_far_as_they_go_or_say_why_not() throws IOException {
        Random random = new Random(SEED);
        byte[] whole = turned(still(), 6);
        int shown = 0;
        for (int i = 0; i < 60; i++) {
            byte[] damaged = Arrays.copyOf(whole, whole.length - random.nextInt(whole.length / 2));
            for (int flips = random.nextInt(i + 1); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Piece piece = piece(damaged);
            assertThat(piece).as("number %s, seed %s", i, SEED).isInstanceOfAny(Piece.Made.class, Piece.NotMade.class);
            shown += piece instanceof Piece.Made ? 1 : 0;
        }
        assertThat(shown).as("seed %s", SEED).isPositive();
    }
}
