package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_YCGCO;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.RenderOutcome;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;

/** That what is made of a recording has the colours that players show of the recording itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ColoursTest {
    private static final Color JACKET = new Color(40, 170, 70);
    private static final double RATE = 10;
    private static final int PICTURES = 30;
    private static final int ROUNDING = 6;

    private final MediaTools tools =
            new MediaTools(MediaSettings.standard(Path.of("target", "natives").toAbsolutePath())
                    .withNiceness(0));

    @TempDir
    static Path folder;

    @AfterAll
    void end_children() {
        tools.close();
    }

    /** ITU-R BT.601 or BT.709: how much red and blue there is in brightness. */
    private static double[] weights(int matrix) {
        return matrix == AVCOL_SPC_BT709 ? new double[] {0.2126, 0.0722} : new double[] {0.299, 0.114};
    }

    /** A picture that is all of one colour. */
    private static AVFrame picture(PictureTrack.Size size, int matrix, boolean full) throws FfmpegFailure {
        double[] weights = weights(matrix);
        double red = JACKET.getRed() / 255.0;
        double blue = JACKET.getBlue() / 255.0;
        double luma = weights[0] * red + weights[1] * blue + (1 - weights[0] - weights[1]) * JACKET.getGreen() / 255.0;
        double[] samples = {
            full ? 255 * luma : 16 + 219 * luma,
            128 + (full ? 255 : 224) * (blue - luma) / (2 - 2 * weights[1]),
            128 + (full ? 255 : 224) * (red - luma) / (2 - 2 * weights[0])
        };
        AVFrame frame = av_frame_alloc();
        frame.width(size.width()).height(size.height()).format(full ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P);
        FfmpegFailure.check(av_frame_get_buffer(frame, 0), "make picture");
        for (int plane = 0; plane < 3; plane++) {
            int rows = plane == 0 ? size.height() : size.height() / 2;
            byte value = (byte) Math.round(samples[plane]);
            for (long i = 0; i < (long) rows * frame.linesize(plane); i++) {
                frame.data(plane).put(i, value);
            }
        }
        return frame;
    }

    private interface Coder {
        Encoder open(Output output) throws FfmpegFailure;
    }

    private static Path recording(String name, PictureTrack.Size size, int matrix, boolean full, Coder coder)
            throws FfmpegFailure {
        Path file = folder.resolve(name);
        AVFrame picture = picture(size, matrix, full);
        try (Output output = Output.file(name.substring(name.indexOf('.') + 1), file);
                Encoder encoder = coder.open(output)) {
            output.begin();
            for (int i = 0; i < PICTURES; i++) {
                picture.pts(Math.round(i / RATE * encoder.timeBase().den()));
                encoder.encode(picture);
            }
            encoder.encode(null);
            output.finish();
        } finally {
            av_frame_free(picture);
        }
        return file;
    }

    /** @param declared as the file says it; whatever it says, {@code matrix} is what it is */
    private static Path h264(String name, PictureTrack.Size size, int declared, int matrix) throws FfmpegFailure {
        Colours colours = new Colours(declared, declared, AVCOL_TRC_UNSPECIFIED);
        return recording(name, size, matrix, false, output -> Encoder.h264(output, size, RATE, colours));
    }

    /** What a player that goes by what is declared shows at the middle line of each picture, so far from the left. */
    private static List<Color> shown(Path path, double part) throws FfmpegFailure {
        List<Color> seen = new ArrayList<>();
        try (MediaFile file = MediaFile.open(path, MediaFile.RECORDINGS)) {
            AVStream stream = Objects.requireNonNull(file.video());
            int declared = stream.codecpar().color_space();
            assertThat(declared).isIn(AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT470BG);
            try (Decoder decoder = Decoder.open(stream)) {
                AVPacket packet = av_packet_alloc();
                while (file.read(packet)) {
                    if (file.holds(stream, packet)) {
                        decoder.decode(packet, frame -> seen.add(colour(frame, part, declared)));
                    }
                    av_packet_unref(packet);
                }
                av_packet_free(packet);
                decoder.decode(null, frame -> seen.add(colour(frame, part, declared)));
            }
        }
        return seen;
    }

    private static Color colour(AVFrame frame, double part, int matrix) {
        double[] weights = weights(matrix);
        double luma = (sample(frame, 0, part) - 16) / 219.0;
        double blue = luma + (sample(frame, 1, part) - 128) / 224.0 * (2 - 2 * weights[1]);
        double red = luma + (sample(frame, 2, part) - 128) / 224.0 * (2 - 2 * weights[0]);
        double green = (luma - weights[0] * red - weights[1] * blue) / (1 - weights[0] - weights[1]);
        return new Color(clamp(red), clamp(green), clamp(blue));
    }

    private static int sample(AVFrame frame, int plane, double part) {
        int shift = plane == 0 ? 0 : 1;
        long row = (long) ((frame.height() / 2) >> shift) * frame.linesize(plane);
        return frame.data(plane).get(row + (Math.round(frame.width() * part) >> shift)) & 0xff;
    }

    private static float clamp(double part) {
        return (float) Math.max(0, Math.min(1, part));
    }

    private static Color middle(Path jpeg) throws IOException {
        BufferedImage picture = ImageIO.read(jpeg.toFile());
        return new Color(picture.getRGB(picture.getWidth() / 2, picture.getHeight() / 2));
    }

    private static void isJacket(Color seen) {
        assertThat(seen.getRed()).as("red of %s", seen).isCloseTo(JACKET.getRed(), within(ROUNDING));
        assertThat(seen.getGreen()).as("green of %s", seen).isCloseTo(JACKET.getGreen(), within(ROUNDING));
        assertThat(seen.getBlue()).as("blue of %s", seen).isCloseTo(JACKET.getBlue(), within(ROUNDING));
    }

    private Path looks(Path recording) throws IOException {
        Path out = Files.createTempDirectory(folder, "looks");
        assertThat(tools.look(recording, out)).isInstanceOf(RenderOutcome.Playable.class);
        return out;
    }

    /** What a playlist's pieces are together. */
    private static Path joined(Path out, String beginning, String pieces) throws IOException {
        Path whole = out.resolve("whole-" + pieces + ".mp4");
        try (OutputStream to = Files.newOutputStream(whole);
                Stream<Path> files = Files.list(out)) {
            Files.copy(out.resolve(beginning), to);
            for (Path piece : files.filter(file -> file.getFileName().toString().matches(pieces + "-\\d+\\.m4s"))
                    .sorted()
                    .toList()) {
                Files.copy(piece, to);
            }
        }
        return whole;
    }

    @ParameterizedTest
    @CsvSource({
        AVCOL_SPC_BT709 + ", 1280, 720, " + AVCOL_SPC_BT709,
        AVCOL_SPC_SMPTE170M + ", 1280, 720, " + AVCOL_SPC_SMPTE170M,
        AVCOL_SPC_UNSPECIFIED + ", 1280, 720, " + AVCOL_SPC_BT709,
        AVCOL_SPC_UNSPECIFIED + ", 720, 576, " + AVCOL_SPC_SMPTE170M
    })
    void low_copy_and_stills_have_the_colours_of_the_recording(int declared, int width, int height, int matrix)
            throws IOException, FfmpegFailure {
        Path out = looks(h264(declared + "-" + width + ".mp4", new PictureTrack.Size(width, height), declared, matrix));
        isJacket(middle(out.resolve("poster.jpg")));
        BufferedImage sheet = ImageIO.read(out.resolve("storyboard-000.jpg").toFile());
        isJacket(new Color(sheet.getRGB(40, 20)));
        isJacket(shown(joined(out, "low-init.mp4", "low"), 0.5).get(0));
    }

    @Test
    void what_no_browser_plays_keeps_its_colours_when_it_is_encoded() throws IOException, FfmpegFailure {
        PictureTrack.Size size = new PictureTrack.Size(1280, 720);
        Path jpegs = recording(
                "jpegs.mov",
                size,
                AVCOL_SPC_SMPTE170M,
                true,
                output -> Encoder.pictures("mjpeg", output, size, RATE, Colours.STANDARD, 8_000_000, Map.of()));
        Path out = Files.createTempDirectory(folder, "jpegs");
        assertThat(tools.render(jpegs, out)).isInstanceOf(RenderOutcome.Playable.class);
        isJacket(shown(joined(out, "init.mp4", "segment"), 0.5).get(0));
        isJacket(shown(joined(out, "low-init.mp4", "low"), 0.5).get(0));
        isJacket(middle(out.resolve("poster.jpg")));
    }

    @Test
    void colours_that_cannot_be_turned_into_others_do_not_keep_a_recording_from_being_looked_at()
            throws IOException, FfmpegFailure {
        PictureTrack.Size size = new PictureTrack.Size(1280, 720);
        Path out = looks(h264("ycgco.mp4", size, AVCOL_SPC_YCGCO, AVCOL_SPC_BT709));
        assertThat(out.resolve("poster.jpg")).isNotEmptyFile();
        assertThat(shown(joined(out, "low-init.mp4", "low"), 0.5)).hasSize(PICTURES);
    }

    @Test
    void recordings_of_different_colours_look_the_same_in_one_clip() throws Exception {
        PictureTrack.Size size = new PictureTrack.Size(1280, 720);
        Path one = h264("one.mp4", size, AVCOL_SPC_SMPTE170M, AVCOL_SPC_SMPTE170M);
        Path two = h264("two.mp4", size, AVCOL_SPC_BT709, AVCOL_SPC_BT709);
        ClipPart part = ClipPart.of(0.3, 2.6);
        ClipOrder after = new ClipOrder(ClipOrder.Arrangement.SEQUENCE, 0, List.of(part, part));
        ClipOrder beside = new ClipOrder(ClipOrder.Arrangement.BESIDE, 0, List.of(part, part.at(0, 1)));
        for (ClipOrder order : List.of(after, beside)) {
            Path clip = folder.resolve(order.arrangement() + ".mp4");
            ExactClipTest.cut(order, clip, one, two);
            List<Color> left = shown(clip, 0.25);
            List<Color> right = shown(clip, 0.75);
            isJacket(left.get(0));
            isJacket(right.get(0));
            isJacket(left.get(left.size() - 1));
            isJacket(right.get(right.size() - 1));
        }
    }
}
