package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;

/**
 * Records one camera as it comes, in pieces, until it is told to finish or the camera is lost. It is told what to do in
 * lines {@code name=value} that end with an empty one; {@code finish} ends it with the last piece handed out; a closed
 * standard input ends it at once. What it says is drawn in {@code CaptureChildren}.
 *
 * <p>A run is what has no gap. Where the camera's times leap by more than a second, the next run begins with the next
 * key picture. Times are those of this machine's clock when packets arrive; the camera's own only order and space them.
 */
final class Capture {
    private static final int EXIT_ORPHANED = 3;
    /** A leap of the camera's times that makes a gap. */
    private static final double GAP_SECONDS = 1.0;
    /** Cameras set their times to the hour once they have told it: then they leap, and nothing is missing. */
    private static final double SETTLING_SECONDS = 10;

    private static final int MOST_UNTIMED = 64;
    private static final double USUAL_STEP_SECONDS = 0.04;
    private static final double ARRIVED_TOGETHER_SECONDS = 0.5;
    /** How long the first packets of a run tell when it began: some come late, none early. */
    private static final double ANCHORING_SECONDS = 5;

    private final CameraInput input;
    private final AVStream main;
    private final DataOutputStream out;
    private final InstantSource clock;
    private final double pieceSeconds;
    private final long pieceBytes;
    private final double openedAt;
    private final List<AVPacket> untimed = new ArrayList<>();
    private @Nullable Run run;
    private double lastGiven;
    private double lastArrival;

    private Capture(
            CameraInput input,
            AVStream main,
            DataOutputStream out,
            InstantSource clock,
            Map<String, String> order,
            double openedAt) {
        this.input = input;
        this.main = main;
        this.out = out;
        this.clock = clock;
        this.pieceSeconds = CameraInput.number(order, "pieceMillis") / 1000.0;
        this.pieceBytes = CameraInput.number(order, "pieceBytes");
        this.openedAt = openedAt;
    }

    /** One recording being made. Times in seconds; of arrival by our clock, given ones by the camera's. */
    private static final class Run {
        final PieceWriter writer;
        final double firstGiven;
        final double began;
        final Map<Integer, Double> shifts = new HashMap<>();
        double anchor;
        /** The least that arrival was behind the camera's times: in the piece at hand, and in the one before. */
        double behind = Double.MAX_VALUE;

        double behindBefore = Double.MAX_VALUE;
        double lastGiven;
        double pieceBegan;
        boolean announced;

        Run(PieceWriter writer, double given, double arrival) {
            this.writer = writer;
            this.firstGiven = given;
            this.began = arrival;
            this.anchor = arrival - given;
            this.pieceBegan = arrival;
        }

        /** When the last picture was there: not when it happened to arrive, if everything came late then. */
        double lastPicture() {
            return lastGiven + Math.min(behind, behindBefore);
        }
    }

    /** Does everything, from the order to the last word. */
    static void run(InputStream in, OutputStream out, InstantSource clock, ErrorLog log) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        Map<String, String> order = new HashMap<>();
        for (String line = orders.readLine(); line != null && !line.isEmpty(); line = orders.readLine()) {
            int equals = line.indexOf('=');
            order.put(line.substring(0, Math.max(0, equals)), line.substring(equals + 1));
        }
        Ending ending = new Ending(orders);
        DataOutputStream answers = new DataOutputStream(out);
        String why;
        double openedAt = seconds(clock);
        try (CameraInput input = CameraInput.open(order, () -> ending.wanted)) {
            AVStream main = input.video() != null ? input.video() : input.audio();
            why = main == null
                    ? "nothing that can be recorded as it comes: " + input.streams()
                    : new Capture(input, main, answers, clock, order, openedAt).record(ending);
        } catch (FfmpegFailure failure) {
            why = failure.getMessage()
                    + log.first().map(first -> " (" + first + ")").orElse("");
        }
        say(answers, 'E', seconds(clock), why.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits for the word to finish, and ends this process when the one that started it is gone. */
    private static final class Ending {
        volatile boolean wanted;

        Ending(BufferedReader orders) {
            Thread watch = new Thread(() -> await(orders), "parent-watch");
            watch.setDaemon(true);
            watch.start();
        }

        private void await(BufferedReader orders) {
            try {
                for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                    wanted |= line.equals("finish");
                }
            } catch (IOException ignored) {
                // a broken pipe says the same as a closed one
            }
            Runtime.getRuntime().halt(EXIT_ORPHANED);
        }
    }

    private static double seconds(InstantSource clock) {
        return clock.millis() / 1000.0;
    }

    private static void say(DataOutputStream out, char type, double at, byte[] bytes) throws IOException {
        out.writeByte(type);
        out.writeLong(Math.round(at * 1000));
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    private String record(Ending ending) throws FfmpegFailure, IOException {
        AVPacket packet = av_packet_alloc();
        try {
            while (!ending.wanted) {
                int code = input.read(packet);
                if (code == FfmpegFailure.AGAIN) {
                    continue;
                }
                if (code < 0) {
                    return ending.wanted
                            ? "finished"
                            : code == FfmpegFailure.END
                                    ? "the camera ended the stream"
                                    : "the camera was lost: " + FfmpegFailure.describe(code);
                }
                take(packet, seconds(clock));
                av_packet_unref(packet);
            }
            return "finished";
        } finally {
            endRun();
            forgetUntimed();
            av_packet_free(packet);
        }
    }

    private void take(AVPacket packet, double arrival) throws FfmpegFailure, IOException {
        AVStream stream = stream(packet.stream_index());
        if (stream == null || packet.size() == 0) {
            return;
        }
        boolean isMain = stream.index() == main.index();
        if (isMain && run == null && packet.dts() == PacketTimes.NONE) {
            keepUntilTimed(packet);
            return;
        }
        if (isMain && run == null && !untimed.isEmpty()) {
            takeUntimed(packet.dts(), packet.duration(), stream, arrival);
        }
        accept(packet, stream, arrival);
    }

    /** The first packets of a connection come without times, the first key picture among them. */
    private void keepUntilTimed(AVPacket packet) {
        boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        if (key || untimed.size() >= MOST_UNTIMED) {
            forgetUntimed();
        }
        if (key || !untimed.isEmpty()) {
            untimed.add(av_packet_clone(packet));
        }
    }

    private void takeUntimed(long dts, long duration, AVStream stream, double arrival)
            throws FfmpegFailure, IOException {
        long step = duration > 0 ? duration : Math.round(USUAL_STEP_SECONDS / tick(stream));
        for (int i = 0; i < untimed.size(); i++) {
            AVPacket packet = untimed.get(i);
            packet.dts(dts - step * (untimed.size() - i));
            accept(packet, stream, arrival);
        }
        forgetUntimed();
    }

    private void forgetUntimed() {
        untimed.forEach(packet -> av_packet_free(packet));
        untimed.clear();
    }

    private static double tick(AVStream stream) {
        return (double) stream.time_base().num() / stream.time_base().den();
    }

    private void accept(AVPacket packet, AVStream stream, double arrival) throws FfmpegFailure, IOException {
        long ticks = packet.dts() != PacketTimes.NONE ? packet.dts() : packet.pts();
        double tick = tick(stream);
        double given = ticks == PacketTimes.NONE ? lastGiven : ticks * tick;
        if (stream.index() == main.index()) {
            lookForGap(given, arrival);
            boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
            if (run == null && key) {
                Instant began = Instant.ofEpochMilli(Math.round(arrival * 1000));
                run = new Run(PieceWriter.open(input.container(), input.video(), input.audio(), began), given, arrival);
            } else if (run != null && isPieceFull(run, arrival)) {
                cut(run);
                run.pieceBegan = arrival;
            }
            lastGiven = given;
            lastArrival = arrival;
        }
        if (run != null) {
            write(run, packet, stream, given, tick, arrival);
        }
    }

    private @Nullable AVStream stream(int index) {
        AVStream video = input.video();
        if (video != null && video.index() == index) {
            return video;
        }
        AVStream audio = input.audio();
        return audio != null && audio.index() == index ? audio : null;
    }

    private void lookForGap(double given, double arrival) throws FfmpegFailure, IOException {
        Run present = run;
        if (present == null) {
            return;
        }
        double step = given - lastGiven;
        if (step >= -GAP_SECONDS && step <= GAP_SECONDS + 0.04) {
            return;
        }
        boolean settling =
                arrival - present.began < SETTLING_SECONDS && arrival - lastArrival < ARRIVED_TOGETHER_SECONDS;
        if (settling) {
            present.shifts.merge(main.index(), (arrival - lastArrival) - step, Double::sum);
        } else {
            endRun();
        }
    }

    private boolean isPieceFull(Run present, double arrival) {
        return arrival - present.pieceBegan >= pieceSeconds || present.writer.pieceBytes() >= pieceBytes;
    }

    private void write(Run to, AVPacket packet, AVStream stream, double given, double tick, double arrival)
            throws FfmpegFailure {
        boolean isMain = stream.index() == main.index();
        if (isMain) {
            to.lastGiven = given + to.shifts.getOrDefault(main.index(), 0.0);
            to.behind = Math.min(to.behind, arrival - to.lastGiven);
            to.anchor = arrival - to.began < ANCHORING_SECONDS ? Math.min(to.anchor, to.behind) : to.anchor;
        }
        double offset = to.shifts.computeIfAbsent(
                stream.index(),
                // a stream whose times have another beginning is put where it arrived
                index -> isMain || Math.abs(given - lastGiven) < SETTLING_SECONDS ? 0.0 : lastGiven - given);
        double origin = to.firstGiven - offset;
        if (given < origin) {
            return;
        }
        long originTicks = Math.round(origin / tick);
        long dts = packet.dts() == PacketTimes.NONE ? Math.round(given / tick) : packet.dts();
        long pts = packet.pts() == PacketTimes.NONE ? dts : packet.pts();
        packet.dts(dts - originTicks);
        packet.pts(pts - originTicks);
        to.writer.write(packet, stream);
    }

    private void cut(Run from) throws FfmpegFailure, IOException {
        byte[] piece = from.writer.cut();
        double until = from.lastPicture();
        from.behindBefore = from.behind;
        from.behind = Double.MAX_VALUE;
        if (!from.announced) {
            from.announced = true;
            String what = new Answer()
                    .with("container", input.container())
                    .with("streams", input.streams())
                    .json();
            double began = Math.max(openedAt, from.anchor + from.firstGiven);
            say(out, 'B', began, what.getBytes(StandardCharsets.UTF_8));
        }
        say(out, 'P', until, piece);
    }

    private void endRun() throws FfmpegFailure, IOException {
        Run ended = run;
        run = null;
        if (ended != null) {
            try (PieceWriter writer = ended.writer) {
                if (writer.pieceBytes() > 0) {
                    cut(ended);
                }
            }
        }
    }
}
