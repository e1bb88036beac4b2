package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;

import java.io.PrintStream;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;

/** One pass through a file: reads every packet once, writes the chosen streams and measures them. */
final class Pass implements AutoCloseable {
    private static final double PROGRESS_SECONDS = 10;

    private final MediaFile file;
    private final Output output;
    private final PrintStream progress;
    private final @Nullable Looks looks;
    private final @Nullable Track pictures;
    private final @Nullable Track sound;
    private String brokenOff = "";
    private boolean lastPacketTorn;

    /**
     * Prepares the tracks.
     *
     * @param looks what is made on the way; null if nothing but the output
     */
    Pass(MediaFile file, Output output, Ways ways, PrintStream progress, @Nullable Looks looks)
            throws FfmpegFailure, StreamFailed {
        this.file = file;
        this.output = output;
        this.progress = progress;
        this.looks = looks;
        this.pictures = open(true, ways.pictures(), file.video());
        try {
            this.sound = open(false, ways.sound(), file.audio());
        } catch (FfmpegFailure | StreamFailed failure) {
            closeQuietly(this.pictures);
            throw failure;
        }
    }

    private @Nullable Track open(boolean ofPictures, Way way, @Nullable AVStream stream)
            throws FfmpegFailure, StreamFailed {
        if (way == Way.LEAVE_OUT || stream == null) {
            return null;
        }
        try {
            if (looks != null && !looks.isWhole()) {
                return glance(ofPictures, stream, looks);
            }
            if (way == Way.COPY) {
                CopyTrack copy = new CopyTrack(file, stream, output);
                return looks == null ? copy : new LookTrack(file, stream, copy, looks);
            }
            return ofPictures
                    ? new PictureTrack(file, stream, output, looks)
                    : new SoundTrack(file, stream, output, looks);
        } catch (FfmpegFailure failure) {
            throw blame(ofPictures, failure, true);
        }
    }

    /** Where only some looks are wanted, nothing is written, and what none of them needs is not even read. */
    private @Nullable Track glance(boolean ofPictures, AVStream stream, Looks looks) throws FfmpegFailure {
        AVStream unwritten = output.add(stream.time_base());
        FfmpegFailure.check(avcodec_parameters_copy(unwritten.codecpar(), stream.codecpar()), "copy parameters");
        if (!looks.needs(ofPictures)) {
            stream.discard(AVDISCARD_ALL);
            return null;
        }
        return ofPictures && looks.isSparse()
                ? new SparseTrack(file, stream, looks)
                : new LookTrack(file, stream, new MeasuredTrack(file, stream), looks);
    }

    /**
     * Goes through the file from where it stands.
     *
     * @param untilSeconds from the file's start; what begins later is left
     */
    void run(double untilSeconds) throws FfmpegFailure, StreamFailed {
        output.begin();
        AVPacket packet = av_packet_alloc();
        try {
            double reported = 0;
            while (readOrBreakOff(packet)) {
                give(packet, untilSeconds);
                av_packet_unref(packet);
                double reached = endSeconds();
                if (reached >= reported + PROGRESS_SECONDS) {
                    reported = reached;
                    progress.printf(Locale.ROOT, "progress %.1f%n", reached);
                    progress.flush();
                }
                if (beginsAfter(untilSeconds) || (looks != null && looks.isDone())) {
                    break;
                }
            }
        } finally {
            av_packet_free(packet);
        }
        finish(true, pictures);
        finish(false, sound);
        output.finish();
    }

    private boolean beginsAfter(double untilSeconds) {
        boolean picturesDone = pictures == null || pictures.measured().endSeconds() >= untilSeconds;
        boolean soundDone = sound == null || sound.measured().endSeconds() >= untilSeconds;
        return picturesDone && soundDone;
    }

    private boolean readOrBreakOff(AVPacket packet) {
        try {
            return file.read(packet);
        } catch (FfmpegFailure failure) {
            brokenOff = String.valueOf(failure.getMessage());
            return false;
        }
    }

    private void give(AVPacket packet, double untilSeconds) throws FfmpegFailure, StreamFailed {
        boolean ofPictures = file.holds(file.video(), packet);
        Track track = ofPictures ? pictures : file.holds(file.audio(), packet) ? sound : null;
        if (track == null || track.measured().endSeconds() >= untilSeconds) {
            return;
        }
        lastPacketTorn = (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0;
        try {
            track.take(packet);
        } catch (FfmpegFailure | NotCopyable failure) {
            throw blame(ofPictures, failure, false);
        }
    }

    private void finish(boolean ofPictures, @Nullable Track track) throws FfmpegFailure, StreamFailed {
        if (track == null) {
            return;
        }
        try {
            track.finish();
        } catch (FfmpegFailure | NotCopyable failure) {
            throw blame(ofPictures, failure, false);
        }
        if (track.written() == 0) {
            throw new StreamFailed(ofPictures, "nothing in it could be decoded");
        }
    }

    private static StreamFailed blame(boolean ofPictures, Exception failure, boolean certain) throws FfmpegFailure {
        if (failure instanceof FfmpegFailure shortage && shortage.isShortage()) {
            throw shortage;
        }
        return new StreamFailed(ofPictures, failure, certain);
    }

    /** The times of the pictures; null if they are left out. */
    @Nullable
    PacketTimes pictureTimes() {
        return pictures == null ? null : pictures.measured();
    }

    /** The times of the sound; null if it is left out. */
    @Nullable
    PacketTimes soundTimes() {
        return sound == null ? null : sound.measured();
    }

    /** How far into the file the packets reach, seconds. */
    double endSeconds() {
        return Math.max(
                pictures == null ? 0 : pictures.measured().endSeconds(),
                sound == null ? 0 : sound.measured().endSeconds());
    }

    /** Where in the file the first packet is, seconds. */
    double beginSeconds() {
        return Math.min(
                pictures == null ? Double.MAX_VALUE : pictures.measured().beginSeconds(),
                sound == null ? Double.MAX_VALUE : sound.measured().beginSeconds());
    }

    /** From the first packet to the end of the last, seconds. */
    double durationSeconds() {
        return Math.max(0, endSeconds() - beginSeconds());
    }

    /** Why reading ended before the file did; empty if it did not. */
    String brokenOff() {
        return brokenOff.isEmpty() && lastPacketTorn ? "the last packet is torn" : brokenOff;
    }

    private static void closeQuietly(@Nullable Track track) {
        if (track != null) {
            track.close();
        }
    }

    @Override
    public void close() {
        closeQuietly(sound);
        closeQuietly(pictures);
    }
}
