package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_send_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;

import org.bytedeco.ffmpeg.avcodec.AVBSFContext;
import org.bytedeco.ffmpeg.avcodec.AVBitStreamFilter;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.Pointer;

/** Changes how the packets of a stream are wrapped, one for one, without decoding them. */
final class BitstreamFilter implements AutoCloseable {
    private final AVBSFContext context;

    private BitstreamFilter(AVBSFContext context) {
        this.context = context;
    }

    static BitstreamFilter open(String name, AVStream stream) throws FfmpegFailure {
        AVBitStreamFilter filter = av_bsf_get_by_name(name);
        AVBSFContext context = new AVBSFContext((Pointer) null);
        FfmpegFailure.check(av_bsf_alloc(filter, context), name);
        try {
            FfmpegFailure.check(avcodec_parameters_copy(context.par_in(), stream.codecpar()), name);
            context.time_base_in(stream.time_base());
            FfmpegFailure.check(av_bsf_init(context), name);
            return new BitstreamFilter(context);
        } catch (FfmpegFailure failure) {
            av_bsf_free(context);
            throw failure;
        }
    }

    /** What comes out, as far as it is known before the first packet. */
    AVCodecParameters parameters() {
        return context.par_out();
    }

    /** Puts what becomes of a packet in its place. */
    void filter(AVPacket packet) throws FfmpegFailure {
        FfmpegFailure.check(av_bsf_send_packet(context, packet), "unwrap");
        FfmpegFailure.check(av_bsf_receive_packet(context, packet), "unwrap");
    }

    @Override
    public void close() {
        av_bsf_free(context);
    }
}
