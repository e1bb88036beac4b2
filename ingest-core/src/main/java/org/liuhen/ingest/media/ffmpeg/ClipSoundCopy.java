package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;

/** Sound taken over as it is, cut to whole frames: all that lie wholly within a part, so that nothing beyond it is heard. */
final class ClipSoundCopy implements ClipSound {
    /** How much a frame may stick out: times are rounded. */
    private static final double ROUNDING_SECONDS = 0.002;

    private final Output output;
    private final AVStream to;
    private @Nullable PartPlan plan;
    private @Nullable MediaFile file;
    private @Nullable AVStream from;
    private @Nullable BitstreamFilter unwrapping;
    private boolean done;

    ClipSoundCopy(Output output, AVStream like) throws FfmpegFailure {
        this.output = output;
        this.to = output.add(like.time_base());
        if (isWrapped(like)) {
            try (BitstreamFilter trial = BitstreamFilter.open("aac_adtstoasc", like)) {
                FfmpegFailure.check(avcodec_parameters_copy(to.codecpar(), trial.parameters()), "copy parameters");
            }
        } else {
            FfmpegFailure.check(avcodec_parameters_copy(to.codecpar(), like.codecpar()), "copy parameters");
        }
        to.codecpar().codec_tag(0);
    }

    private static boolean isWrapped(AVStream stream) {
        return stream.codecpar().codec_id() == AV_CODEC_ID_AAC
                && stream.codecpar().extradata_size() == 0;
    }

    /** Whether two streams can share a track. */
    static boolean agree(AVStream one, AVStream other) {
        return one.codecpar().sample_rate() == other.codecpar().sample_rate()
                && one.codecpar().ch_layout().nb_channels()
                        == other.codecpar().ch_layout().nb_channels()
                && JoinedPictures.extradata(one).equals(JoinedPictures.extradata(other));
    }

    @Override
    public void begin(PartPlan plan, MediaFile file, @Nullable AVStream stream) throws FfmpegFailure {
        this.plan = plan;
        this.file = file;
        this.from = stream;
        this.done = stream == null;
        this.unwrapping = stream != null && isWrapped(stream) ? BitstreamFilter.open("aac_adtstoasc", stream) : null;
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        AVStream stream = from;
        PartPlan part = plan;
        boolean heard =
                packet.size() > 0 && packet.pts() != PacketTimes.NONE && (packet.flags() & AV_PKT_FLAG_DISCARD) == 0;
        if (stream == null || part == null || file == null || !heard) {
            return;
        }
        double tick = (double) stream.time_base().num() / stream.time_base().den();
        double begin = (packet.pts() - file.originTicks(stream)) * tick;
        double end = begin + Math.max(0, packet.duration()) * tick;
        done = begin > part.toSeconds();
        if (begin < part.fromSeconds() - ROUNDING_SECONDS || end > part.toSeconds() + ROUNDING_SECONDS) {
            return;
        }
        if (unwrapping != null) {
            unwrapping.filter(packet);
        }
        org.bytedeco.ffmpeg.global.avcodec.av_packet_free_side_data(packet);
        long at = Math.round(part.inClip(begin) / tick);
        packet.pts(Math.max(0, at));
        packet.dts(Math.max(0, at));
        output.write(packet, to, stream.time_base());
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void end() {
        close();
    }

    @Override
    public void finish() {
        // every packet was written as it came
    }

    @Override
    public void close() {
        if (unwrapping != null) {
            unwrapping.close();
            unwrapping = null;
        }
    }
}
