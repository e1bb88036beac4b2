package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * The program that the server starts for each piece of media work.
 *
 * <table>
 *   <caption>Arguments</caption>
 *   <tr><td>{@code render INPUT}</td><td>writes a playlist, its pieces and a poster into the current folder</td></tr>
 *   <tr><td>{@code look INPUT}</td><td>the same for what plays as it is: without playlist and pieces, unless needed</td></tr>
 *   <tr><td>{@code clip INPUT FROM TO OUTPUT}</td><td>cuts an excerpt, seconds from the start</td></tr>
 *   <tr><td>{@code decode INPUT}</td><td>decodes a file of our own making and counts</td></tr>
 *   <tr><td>{@code probe INPUT}</td><td>reads what a file says of itself</td></tr>
 *   <tr><td>{@code capture}</td><td>records a camera until it is told to end, see {@link Capture}; standard input and
 *       output are its own</td></tr>
 *   <tr><td>{@code footage NAME=VALUE…}</td><td>makes a piece of footage, see {@link Footage}</td></tr>
 * </table>
 *
 * Exit code 0: the last line on standard output is {@code result} and the answer; its {@code outcome} is {@code failed}
 * if neither the file nor this program is to blame.
 */
public final class ChildMain {
    private static final long MAX_ALLOCATION_BYTES = 1L << 29;
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_ORPHANED = 3;

    private ChildMain() {}

    /** @param arguments see above */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        av_log_set_level(AV_LOG_ERROR);
        av_max_alloc(MAX_ALLOCATION_BYTES);
        ErrorLog log = new ErrorLog(err);
        setLogCallback(log);
        if (arguments.length == 1 && arguments[0].equals("capture")) {
            Capture.run(System.in, new FileOutputStream(FileDescriptor.out), InstantSource.system(), log);
            Runtime.getRuntime().halt(0);
        }
        endWithParent();
        Answer answer;
        try {
            answer = run(arguments, log, out);
        } catch (FfmpegFailure failure) {
            answer = Answer.outcome("failed")
                    .with("detail", String.valueOf(failure.getMessage()))
                    .with("shortage", failure.isShortage());
        }
        out.println("result " + answer.json());
        out.flush();
        Runtime.getRuntime().halt(0); // nothing to tidy: native threads and callbacks end with the process
    }

    private static Answer run(String[] arguments, ErrorLog log, PrintStream out) throws FfmpegFailure, IOException {
        String verb = arguments.length == 0 ? "" : arguments[0];
        if (verb.equals("render") && arguments.length == 2) {
            return new Rendering(Path.of(arguments[1]), log, out, false).run();
        }
        if (verb.equals("look") && arguments.length == 2) {
            return new Rendering(Path.of(arguments[1]), log, out, true).run();
        }
        if (verb.equals("decode") && arguments.length == 2) {
            return Decoding.of(Path.of(arguments[1]));
        }
        if (verb.equals("probe") && arguments.length == 2) {
            return Probing.of(Path.of(arguments[1]));
        }
        if (verb.equals("clip") && arguments.length == 5) {
            return new Clip(
                            Path.of(arguments[1]),
                            Double.parseDouble(arguments[2]),
                            Double.parseDouble(arguments[3]),
                            Path.of(arguments[4]),
                            out)
                    .run();
        }
        if (verb.equals("footage")) {
            return new Footage(named(arguments)).make();
        }
        System.err.println("arguments: " + String.join(" ", arguments)
                + " (expected: render, look, clip, decode, probe, capture or footage)");
        Runtime.getRuntime().halt(EXIT_USAGE);
        throw new IllegalStateException("halted");
    }

    private static Map<String, String> named(String[] arguments) {
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            values.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        return values;
    }

    /** Ends this process when the one that started it is gone, which closes our standard input. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException ignored) {
                        // a broken pipe says the same as a closed one
                    }
                    Runtime.getRuntime().halt(EXIT_ORPHANED);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
