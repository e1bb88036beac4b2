package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_get_audio_frame_duration2;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.playback.SegmentPlan.Treatment;

/**
 * An original that is played in segments, open for reading: which packets count, and when they are shown. The same for
 * the plan and for each segment.
 */
final class SegmentInput implements AutoCloseable {
    private final MediaFile file;
    private final @Nullable AVStream pictures;
    private final @Nullable AVStream sound;
    private final Treatment pictureTreatment;
    private final Treatment soundTreatment;
    private final StreamLine pictureLine;
    private final StreamLine soundLine;
    private final long soundTicks;
    private final int unitLengthBytes;
    private byte[] soundConfiguration = {};

    private SegmentInput(MediaFile file, Treatment pictureTreatment, Treatment soundTreatment) {
        this.file = file;
        this.pictureTreatment = pictureTreatment;
        this.soundTreatment = soundTreatment;
        this.pictures = pictureTreatment == Treatment.LEAVE_OUT ? null : file.video();
        this.sound = soundTreatment == Treatment.LEAVE_OUT ? null : file.audio();
        this.soundTicks = sound == null ? 1 : Math.max(1, sound.codecpar().sample_rate());
        AVStream any = pictures != null ? pictures : sound;
        if (any == null) {
            throw new IllegalArgumentException("input: neither pictures nor sound");
        }
        double rate = pictures == null ? 1 : file.frameRate(pictures);
        this.pictureLine = new StreamLine(
                any.time_base(),
                SegmentPlan.TICKS_PER_SECOND,
                SegmentPlan.TICKS_PER_SECOND / rate,
                false,
                file.isTimeless());
        double pace = sound == null ? 1 : CopyTrack.paceOf(file, sound);
        this.soundLine =
                new StreamLine((sound == null ? any : sound).time_base(), soundTicks, soundTicks / pace, true, false);
        this.unitLengthBytes = pictures != null && pictures.codecpar().codec_id() == AV_CODEC_ID_H264
                ? H264Units.lengthBytes(LooseSink.extradata(pictures))
                : -1;
        if (sound != null && sound.codecpar().codec_id() == AV_CODEC_ID_AAC) {
            soundConfiguration = bytes(sound);
        }
    }

    private static byte[] bytes(AVStream stream) {
        var extradata = LooseSink.extradata(stream);
        byte[] bytes = new byte[extradata.remaining()];
        extradata.get(bytes);
        return bytes;
    }

    static SegmentInput open(Path original, Treatment pictures, Treatment sound) throws FfmpegFailure {
        MediaFile file = MediaFile.open(original, MediaFile.RECORDINGS);
        try {
            return of(file, pictures, sound);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Closing it closes the file. */
    static SegmentInput of(MediaFile file, Treatment pictures, Treatment sound) {
        return new SegmentInput(file, pictures, sound);
    }

    MediaFile file() {
        return file;
    }

    @Nullable
    AVStream pictures() {
        return pictures;
    }

    @Nullable
    AVStream sound() {
        return sound;
    }

    Treatment pictureTreatment() {
        return pictureTreatment;
    }

    Treatment soundTreatment() {
        return soundTreatment;
    }

    StreamLine pictureLine() {
        return pictureLine;
    }

    StreamLine soundLine() {
        return soundLine;
    }

    long soundTicksPerSecond() {
        return soundTicks;
    }

    /** A time of sound in ticks of pictures. */
    long asPictureTicks(long ofSound) {
        return Math.round((double) ofSound * SegmentPlan.TICKS_PER_SECOND / soundTicks);
    }

    /** The start of the file in ticks of pictures, by its own times. */
    long originTicks() {
        AVStream any = pictures != null ? pictures : sound;
        return any == null
                ? 0
                : av_rescale_q(
                        file.originTicks(any), any.time_base(), av_make_q(1, (int) SegmentPlan.TICKS_PER_SECOND));
    }

    /** How units of H.264 are divided, see {@link H264Units#lengthBytes}; -1 for other pictures. */
    int unitLengthBytes() {
        return unitLengthBytes;
    }

    /** What describes AAC that is taken over; known once a packet was seen. */
    byte[] soundConfiguration() {
        return soundConfiguration.clone();
    }

    /** Reads the next packet; a file that breaks off ends there. */
    boolean read(AVPacket packet) throws FfmpegFailure {
        try {
            return file.read(packet);
        } catch (FfmpegFailure failure) {
            if (failure.isShortage() || failure.isExcess()) {
                throw failure;
            }
            return false;
        }
    }

    /** Whether a packet holds pictures that are wanted. What has no picture in it counts for nothing. */
    boolean isPicture(AVPacket packet) {
        if (pictures == null || !file.holds(pictures, packet) || packet.size() == 0) {
            return false;
        }
        return unitLengthBytes < 0
                || H264Units.hasPicture(packet.data().limit(packet.size()).asByteBuffer(), unitLengthBytes);
    }

    boolean isSound(AVPacket packet) {
        return sound != null && file.holds(sound, packet) && packet.size() > 0;
    }

    static boolean isKey(AVPacket packet) {
        return (packet.flags() & AV_PKT_FLAG_KEY) != 0;
    }

    /** A packet's time as the file has it; {@link PacketTimes#NONE} if that means nothing. */
    long rawPicture(AVPacket packet) {
        return file.isTimeless() ? PacketTimes.NONE : StreamLine.given(packet.pts(), packet.dts());
    }

    /** When the next packet of pictures is shown. */
    long nextPicture(AVPacket packet) {
        return pictureLine.next(packet.pts(), packet.dts(), packet.duration());
    }

    /** When the next packet of sound is heard. How much is in it says more than the file, which may count in thousandths. */
    long nextSound(AVPacket packet) {
        int samples = sound == null ? 0 : av_get_audio_frame_duration2(sound.codecpar(), packet.size());
        return samples > 0
                ? soundLine.next(rawSound(packet), samples)
                : soundLine.next(packet.pts(), packet.dts(), packet.duration());
    }

    static long rawSound(AVPacket packet) {
        return StreamLine.given(packet.pts(), packet.dts());
    }

    /** Learns from the first packet of sound how it is to be described, where the file itself does not say. */
    void learn(AVPacket packet) throws NotCopyable {
        if (soundTreatment == Treatment.COPY && soundConfiguration.length == 0) {
            soundConfiguration =
                    Adts.configuration(packet.data().limit(packet.size()).asByteBuffer());
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
