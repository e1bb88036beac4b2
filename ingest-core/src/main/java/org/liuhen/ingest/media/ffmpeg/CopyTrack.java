package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_NEW_EXTRADATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_AAC_HE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_AAC_HE_V2;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_AAC_LOW;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_H264_BASELINE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_H264_CONSTRAINED;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_H264_HIGH;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_H264_MAIN;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;

import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/** Repackages a stream as it is. */
final class CopyTrack implements Track {
    private static final int MAX_COPIED_CHANNELS = 2;

    private final AVStream from;
    private final AVStream to;
    private final Output output;
    private final PacketTimes times;
    private final boolean pictures;
    /** How packets of H.264 are divided, see {@link H264Units#lengthBytes}; -1 for other streams. */
    private final int unitLengthBytes;

    private final @Nullable BitstreamFilter unwrapping;
    private boolean begun;
    private long written;

    CopyTrack(MediaFile file, AVStream from, Output output) throws FfmpegFailure {
        this.from = from;
        this.output = output;
        this.pictures = from.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO;
        this.unitLengthBytes = from.codecpar().codec_id() == AV_CODEC_ID_H264
                ? H264Units.lengthBytes(from.codecpar()
                        .extradata()
                        .limit(from.codecpar().extradata_size())
                        .asByteBuffer())
                : -1;
        this.times = file.times(from, paceOf(file, from));
        this.to = output.add(from.time_base());
        boolean wrapped =
                from.codecpar().codec_id() == AV_CODEC_ID_AAC && from.codecpar().extradata_size() == 0;
        this.unwrapping = wrapped ? BitstreamFilter.open("aac_adtstoasc", from) : null;
        AVCodecParameters parameters = unwrapping == null ? from.codecpar() : unwrapping.parameters();
        FfmpegFailure.check(avcodec_parameters_copy(to.codecpar(), parameters), "copy parameters");
        to.codecpar().codec_tag(0);
        to.sample_aspect_ratio(from.sample_aspect_ratio());
    }

    /** Packets per second as far as the file tells. */
    static double paceOf(MediaFile file, AVStream stream) {
        AVCodecParameters parameters = stream.codecpar();
        if (parameters.codec_type() == AVMEDIA_TYPE_VIDEO) {
            return file.frameRate(stream);
        }
        int samples = parameters.frame_size() > 0 ? parameters.frame_size() : 1024;
        return (double) Math.max(1, parameters.sample_rate()) / samples;
    }

    /** Whether every browser plays a stream of this kind as it is. */
    static boolean suits(AVStream stream) {
        AVCodecParameters parameters = stream.codecpar();
        if (parameters.codec_id() == AV_CODEC_ID_H264) {
            int profile = parameters.profile() & ~AV_PROFILE_H264_CONSTRAINED;
            boolean known = profile == AV_PROFILE_H264_BASELINE
                    || profile == AV_PROFILE_H264_MAIN
                    || profile == AV_PROFILE_H264_HIGH;
            boolean eightBit = parameters.format() == AV_PIX_FMT_YUV420P || parameters.format() == AV_PIX_FMT_YUVJ420P;
            return known && eightBit && parameters.extradata_size() > 0;
        }
        if (parameters.codec_id() == AV_CODEC_ID_AAC) {
            int profile = parameters.profile();
            boolean known =
                    profile == AV_PROFILE_AAC_LOW || profile == AV_PROFILE_AAC_HE || profile == AV_PROFILE_AAC_HE_V2;
            int channels = parameters.ch_layout().nb_channels();
            return known && channels >= 1 && channels <= MAX_COPIED_CHANNELS;
        }
        return false;
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure, NotCopyable {
        if (packet.size() == 0) {
            return;
        }
        if (pictures && packet.pts() == PacketTimes.NONE && from.codecpar().video_delay() > 0) {
            throw new NotCopyable("pictures are reordered and carry no times");
        }
        if (changesParameters(packet)) {
            throw new NotCopyable("the stream's parameters change");
        }
        if (unitLengthBytes >= 0
                && !H264Units.hasPicture(packet.data().limit(packet.size()).asByteBuffer(), unitLengthBytes)) {
            return;
        }
        times.next(packet.pts(), packet.dts(), packet.duration());
        if (pictures && !begun && (packet.flags() & AV_PKT_FLAG_KEY) == 0) {
            return;
        }
        begun = true;
        packet.pts(times.pts());
        packet.dts(times.dts());
        packet.duration(times.duration());
        try {
            if (unwrapping != null) {
                unwrapping.filter(packet);
            }
            output.write(packet, to, from.time_base());
        } catch (FfmpegFailure failure) {
            if (failure.isShortage()) {
                throw failure;
            }
            throw new NotCopyable("cannot be repackaged", failure);
        }
        written++;
    }

    private boolean changesParameters(AVPacket packet) {
        SizeTPointer size = new SizeTPointer(1);
        BytePointer data = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, size);
        if (data == null || data.isNull()) {
            return false;
        }
        byte[] changed = new byte[(int) size.get()];
        data.capacity(changed.length).get(changed);
        byte[] present = new byte[Math.max(0, from.codecpar().extradata_size())];
        from.codecpar().extradata().capacity(present.length).get(present);
        return !Arrays.equals(changed, present);
    }

    @Override
    public void finish() throws NotCopyable {
        if (written == 0 && times.count() > 0) {
            throw new NotCopyable("no key picture");
        }
    }

    @Override
    public PacketTimes measured() {
        return times;
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public void close() {
        if (unwrapping != null) {
            unwrapping.close();
        }
    }
}
