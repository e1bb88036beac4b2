package org.liuhen.ingest.media.ffmpeg;

import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;

/**
 * The decoders that a recording may be read with: those of cameras and recorders. Each of the hundreds of others, for
 * games, subtitles and drawings of old, is a door that nobody needs.
 */
final class AllowedCodecs {
    /** As FFmpeg takes it: names separated by commas. */
    static final String LIST = "h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,mpeg4,msmpeg4,msmpeg4v1,"
            + "msmpeg4v2,h261,h263,h263i,flv,mpeg1video,mpeg2video,mpegvideo,mjpeg,mjpegb,wmv1,wmv2,wmv3,vc1,dvvideo,"
            + "prores,dnxhd,rawvideo,png,jpeg2000,"
            + "aac,aac_fixed,aac_latm,mp1,mp1float,mp2,mp2float,mp3,mp3float,ac3,ac3_fixed,eac3,opus,libopus,vorbis,"
            + "libvorbis,flac,alac,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,g722,g723_1,g726,g726le,g729,gsm,"
            + "gsm_ms,wmav1,wmav2,wmapro,nellymoser,speex,libspeex,pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,"
            + "pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_bluray,pcm_dvd,"
            + "adpcm_ima_wav,adpcm_ima_qt,adpcm_ms,adpcm_g722,adpcm_g726,adpcm_g726le,adpcm_swf,adpcm_yamaha,"
            + "adpcm_ima_oki";

    private static final Set<String> ALL = Set.of(LIST.split(",", -1));

    private AllowedCodecs() {}

    static boolean isAllowed(AVCodec codec) {
        return ALL.contains(codec.name().getString());
    }
}
