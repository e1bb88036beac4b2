package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_FCC;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE240M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/** What the samples of pictures mean as colours, numbered as in ITU-T H.273. */
record Colours(int matrix, int primaries, int transfer) {
    /** As JPEG files have them, and pictures of standard definition: ITU-R BT.601. */
    static final Colours STANDARD = new Colours(AVCOL_SPC_SMPTE170M, AVCOL_PRI_UNSPECIFIED, AVCOL_TRC_UNSPECIFIED);

    /** Those that can be turned into each other. */
    private static final Set<Integer> KNOWN = Set.of(
            AVCOL_SPC_BT709,
            AVCOL_SPC_FCC,
            AVCOL_SPC_BT470BG,
            AVCOL_SPC_SMPTE170M,
            AVCOL_SPC_SMPTE240M,
            AVCOL_SPC_BT2020_NCL);

    private static final int HIGH_DEFINITION_WIDTH = 1280;
    private static final int STANDARD_DEFINITION_LINES = 576;

    /** As the stream declares them; else what players take pictures of its size for. */
    static Colours of(AVStream stream) {
        AVCodecParameters declared = stream.codecpar();
        boolean high = declared.width() >= HIGH_DEFINITION_WIDTH || declared.height() > STANDARD_DEFINITION_LINES;
        int usual = high ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
        int matrix = KNOWN.contains(declared.color_space()) ? declared.color_space() : usual;
        return new Colours(matrix, declared.color_primaries(), declared.color_trc());
    }

    /** Gives them to a decoded picture that does not declare its own; of red, green and blue nothing needs to be told. */
    void declareOn(AVFrame picture) {
        AVPixFmtDescriptor format = av_pix_fmt_desc_get(picture.format());
        boolean coded = format != null && (format.flags() & AV_PIX_FMT_FLAG_RGB) == 0;
        if (coded && !KNOWN.contains(picture.colorspace())) {
            picture.colorspace(matrix);
        }
    }

    /** Says them in what is encoded: players go by it. */
    void describe(AVCodecContext encoder) {
        encoder.colorspace(matrix);
        encoder.color_primaries(primaries);
        encoder.color_trc(transfer);
    }

    /** Filters that bring pictures to a size and to these colours, as YUV 4:2:0 of 8 bits with black at 16. */
    String fit(PictureTrack.Size size) {
        return "scale=" + size.width() + ":" + size.height() + ":flags=bilinear:out_color_matrix=" + matrix
                + ":out_range=tv,setsar=1,format=yuv420p";
    }
}
