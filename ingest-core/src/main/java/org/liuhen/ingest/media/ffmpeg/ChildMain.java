package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_version;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_version;
import static org.bytedeco.ffmpeg.global.avformat.avformat_version;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;
import static org.bytedeco.ffmpeg.global.swresample.swresample_version;
import static org.bytedeco.ffmpeg.global.swscale.swscale_version;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.signed.TrustedRoots;

/**
 * The program that the server starts for media work. As {@code serve} it takes one order after another on standard input,
 * see {@link Orders}, and answers each on standard output: {@code progress SECONDS}, finally {@code result} and the
 * answer, whose {@code outcome} is {@code failed} if neither the file nor this program is to blame. As {@code capture} it
 * records a camera until it is told to end, see {@link Capture}.
 *
 * <table>
 *   <caption>Orders</caption>
 *   <tr><td>{@code render INPUT}</td><td>writes a playlist, its pieces and a poster into the current folder</td></tr>
 *   <tr><td>{@code look INPUT}</td><td>the same for what plays as it is: without playlist and pieces, unless needed</td></tr>
 *   <tr><td>{@code make INPUT LOOK…}</td><td>only these of what is made for looking at it, see {@link Glance}</td></tr>
 *   <tr><td>{@code plan INPUT}</td><td>plans how it is played in segments, see {@link Planning}</td></tr>
 *   <tr><td>{@code picture INPUT}</td><td>makes the picture of a still ready for browsers, see {@link WholePicture}</td></tr>
 *   <tr><td>{@code segment INPUT PLAN NUMBER}</td><td>makes one of them, see {@link SegmentMaker}</td></tr>
 *   <tr><td>either {@code INPUT LIKENESS}</td><td>likewise, and what is known of the camera, see {@link Likeness}</td></tr>
 *   <tr><td>{@code clip INPUT FROM TO OUTPUT}</td><td>cuts an excerpt, seconds from the start</td></tr>
 *   <tr><td>{@code exact OUTPUT …}</td><td>cuts a clip to the very picture, of one recording or several, see {@link
 *       ExactClip} and {@link org.liuhen.ingest.media.clip.ClipOrder#words}</td></tr>
 *   <tr><td>{@code decode INPUT} or {@code decode FOLDER NAME}</td><td>decodes a file of our own making and counts</td></tr>
 *   <tr><td>{@code probe INPUT}</td><td>reads what a file says of itself</td></tr>
 *   <tr><td>{@code signatures INPUT LIKENESS ROOT…}</td><td>checks the signatures that the camera put into its pictures, see
 *       {@link Signatures}; the likeness may be empty</td></tr>
 *   <tr><td>{@code footage NAME=VALUE…}</td><td>makes a piece of footage, see {@link Footage}</td></tr>
 * </table>
 *
 * Before any of these {@code strictly} asks for one thread, less memory and no guessing, see {@link Care}. It ends with code 1 if an order cannot be understood or this program fails on it.
 */
public final class ChildMain {
    private static final long MAX_ALLOCATION_BYTES = 1L << 29;
    private static final int EXIT_FAILED = 1;

    private ChildMain() {}

    /** @param arguments {@code serve} and what {@link Hardware} may be used, or {@code capture} */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        av_log_set_level(AV_LOG_ERROR);
        ErrorLog log = new ErrorLog(err);
        setLogCallback(log);
        if (arguments.length == 1 && arguments[0].equals("capture")) {
            Capture.run(System.in, new FileOutputStream(FileDescriptor.out), InstantSource.system(), log);
            Runtime.getRuntime().halt(0);
        }
        Hardware.offer(List.of(arguments).subList(Math.min(1, arguments.length), arguments.length));
        try {
            serve(new Orders(System.in), log, out);
        } catch (RuntimeException | Error | IOException | InterruptedException failure) {
            failure.printStackTrace(err);
        }
        Runtime.getRuntime().halt(EXIT_FAILED); // nothing to tidy: native threads and callbacks end with the process
    }

    private static void serve(Orders orders, ErrorLog log, PrintStream out) throws IOException, InterruptedException {
        load();
        out.println("ready");
        while (true) {
            List<String> order = orders.next();
            log.begin();
            Answer answer;
            try {
                answer = run(order, log, out);
            } catch (FfmpegFailure failure) {
                answer = Answer.outcome("failed")
                        .with("detail", String.valueOf(failure.getMessage()))
                        .with("shortage", failure.isShortage());
            }
            out.println("result " + Hardware.told(answer).json());
        }
    }

    /** Loads what every order needs, before the first comes. */
    private static void load() {
        avformat_version();
        avcodec_version();
        avfilter_version();
        swscale_version();
        swresample_version();
    }

    private static Answer run(List<String> given, ErrorLog log, PrintStream out) throws FfmpegFailure, IOException {
        boolean strictly = !given.isEmpty() && given.get(0).equals("strictly");
        List<String> order = strictly ? given.subList(1, given.size()) : given;
        av_max_alloc(strictly ? MAX_ALLOCATION_BYTES / 4 : MAX_ALLOCATION_BYTES);
        Care.take(strictly);
        Hardware.begin(strictly);
        try {
            return carryOut(order, log, out);
        } catch (HardwareFailed failure) {
            Hardware.giveUp(String.valueOf(failure.getMessage()));
            clearFolder();
            return carryOut(order, log, out);
        }
    }

    /** Removes what was written until hardware failed; the folder was empty before. */
    private static void clearFolder() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(""))) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static Answer carryOut(List<String> order, ErrorLog log, PrintStream out)
            throws FfmpegFailure, IOException {
        String verb = order.isEmpty() ? "" : order.get(0);
        if (verb.equals("render") && (order.size() == 2 || order.size() == 3)) {
            return new Rendering(Path.of(order.get(1)), log, out, false, likeness(order)).run();
        }
        if (verb.equals("look") && (order.size() == 2 || order.size() == 3)) {
            return new Rendering(Path.of(order.get(1)), log, out, true, likeness(order)).run();
        }
        if (verb.equals("make") && order.size() >= 3) {
            Set<Look> wanted = EnumSet.noneOf(Look.class);
            order.subList(2, order.size()).forEach(look -> wanted.add(Look.valueOf(look)));
            return new Glance(Path.of(order.get(1)), wanted, out).run();
        }
        if (verb.equals("plan") && order.size() == 2) {
            return new Planning(Path.of(order.get(1))).run();
        }
        if (verb.equals("picture") && order.size() == 2) {
            return WholePicture.of(Path.of(order.get(1)));
        }
        if (verb.equals("segment") && order.size() == 4) {
            return new SegmentMaker(
                            Path.of(order.get(1)),
                            SegmentPlan.read(Path.of(order.get(2))),
                            Integer.parseInt(order.get(3)))
                    .run();
        }
        if (verb.equals("decode") && order.size() == 2) {
            return Decoding.of(Path.of(order.get(1)));
        }
        if (verb.equals("decode") && order.size() == 3) {
            return Decoding.of(Path.of(order.get(1), order.get(2)));
        }
        if (verb.equals("probe") && order.size() == 2) {
            return Probing.of(Path.of(order.get(1)));
        }
        if (verb.equals("signatures") && order.size() >= 3) {
            Likeness likeness = order.get(2).isEmpty() ? null : Likeness.parse(order.get(2));
            return Signatures.of(Path.of(order.get(1)), TrustedRoots.decoded(order.subList(3, order.size())), likeness);
        }
        if (verb.equals("clip") && order.size() == 5) {
            return new Clip(
                            Path.of(order.get(1)),
                            Double.parseDouble(order.get(2)),
                            Double.parseDouble(order.get(3)),
                            Path.of(order.get(4)),
                            out)
                    .run();
        }
        if (verb.equals("exact") && order.size() >= 6) {
            List<String> inputs = new ArrayList<>();
            ClipOrder clip = ClipOrder.of(order.subList(2, order.size()), inputs);
            return new ExactClip(clip, inputs.stream().map(Path::of).toList(), Path.of(order.get(1)), out).run();
        }
        if (verb.equals("footage")) {
            return new Footage(named(order)).make();
        }
        throw new IllegalArgumentException(
                "order: " + String.join(" ", order)
                        + " (expected: render, look, make, plan, picture, segment, clip, exact, decode, probe, signatures or footage)");
    }

    private static @Nullable Likeness likeness(List<String> order) {
        return order.size() == 3 ? Likeness.parse(order.get(2)) : null;
    }

    private static Map<String, String> named(List<String> order) {
        Map<String, String> values = new HashMap<>();
        for (String argument : order.subList(1, order.size())) {
            int equals = argument.indexOf('=');
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return values;
    }
}
