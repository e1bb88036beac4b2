package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BACKWARD;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FLAG_BYTE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_seek_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_seek_file;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.playback.Salvage;

/** A file opened for reading, with at most one stream of pictures and one of sound taken from it. */
final class MediaFile implements AutoCloseable {
    /**
     * The demuxers that a recording may be read with. None of them opens further files: playlists, {@code concat}
     * scripts, descriptions of sessions and image sequences are how a hostile file makes FFmpeg read others.
     */
    static final String RECORDINGS = String.join(
            ",",
            "mov,mp4,m4a,3gp,3g2,mj2",
            "matroska,webm",
            "mpegts,mpeg,mpegvideo,m4v",
            "avi,asf,flv,ivf,nut,mxf,dhav",
            "h264,hevc,mjpeg,av1,obu,jpeg_pipe",
            "wav,w64,aiff,caf,au,mp3,aac,amr,flac,ogg,ac3,eac3");

    /** Those, and what else a rendition consists of. Never for what came from outside: a playlist names other files. */
    static final String RENDITIONS = RECORDINGS + ",hls,image2";

    /** A head of our own, in the current folder, for a file that has none; removed by whoever had it written. */
    static final Path SALVAGED_HEAD = Path.of("salvaged.head");

    private static final int MAX_STREAMS = 64;
    private static final double KEY_SECONDS = 4;
    private static final Set<String> TIMELESS = Set.of("h264", "hevc", "mjpeg", "m4v", "mpegvideo", "av1", "obu");
    private static final Set<String> SEARCHED_BY_OFFSET =
            Set.of("mpegts", "mpeg", "h264", "hevc", "mjpeg", "m4v", "mpegvideo");

    private final AVFormatContext context;
    private final @Nullable AVStream video;
    private final @Nullable AVStream audio;

    private MediaFile(AVFormatContext context) {
        this.context = context;
        this.video = best(AVMEDIA_TYPE_VIDEO);
        this.audio = best(AVMEDIA_TYPE_AUDIO);
        for (int i = 0; i < context.nb_streams(); i++) {
            boolean wanted = isAt(i, video) || isAt(i, audio);
            context.streams(i).discard(wanted ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
        }
    }

    /**
     * Opens a file and looks for its streams.
     *
     * @param demuxers names separated by commas, {@link #RECORDINGS} or {@link #RENDITIONS}
     */
    static MediaFile open(Path file, String demuxers) throws FfmpegFailure {
        return open(file.toAbsolutePath().toString(), demuxers, "file");
    }

    /**
     * Opens a file that is whole again with a head of our own before it.
     *
     * @param file of a path without {@code |}
     */
    static MediaFile open(Path head, Path file) throws FfmpegFailure {
        return open("concat:" + head + "|" + file.toAbsolutePath(), "mov,mp4,m4a,3gp,3g2,mj2", "concat,file");
    }

    /**
     * Opens a recording, and one that has lost its index with a head that is written into the current folder.
     *
     * @param likeness of the camera; null if unknown
     */
    static MediaFile openOrSalvage(Path file, @Nullable Likeness likeness) throws FfmpegFailure, IOException {
        try {
            return open(file, RECORDINGS);
        } catch (FfmpegFailure failure) {
            if (failure.isShortage() || failure.isExcess() || file.toString().contains("|")) {
                throw failure;
            }
            Optional<Salvage.Found> found = Salvage.of(file, likeness);
            if (found.isEmpty()) {
                throw failure;
            }
            Files.write(SALVAGED_HEAD, found.get().head());
            return open(SALVAGED_HEAD, file);
        }
    }

    private static MediaFile open(String url, String demuxers, String protocols) throws FfmpegFailure {
        AVFormatContext context = new AVFormatContext((Pointer) null);
        AVDictionary options = new AVDictionary((Pointer) null);
        av_dict_set(options, "protocol_whitelist", protocols, 0);
        av_dict_set(options, "format_whitelist", demuxers, 0);
        av_dict_set(options, "codec_whitelist", AllowedCodecs.LIST, 0);
        av_dict_set(options, "max_streams", Integer.toString(MAX_STREAMS), 0);
        // what an edit list hides is in the recording all the same
        av_dict_set(options, "advanced_editlist", "0", 0);
        int opened = avformat_open_input(context, url, null, options);
        av_dict_free(options);
        FfmpegFailure.check(opened, "open");
        try {
            FfmpegFailure.check(avformat_find_stream_info(context, (PointerPointer<?>) null), "find streams");
            return new MediaFile(context);
        } catch (FfmpegFailure failure) {
            avformat_close_input(context);
            throw failure;
        }
    }

    private @Nullable AVStream best(int type) {
        int index = av_find_best_stream(context, type, -1, -1, (AVCodec) null, 0);
        if (index < 0) {
            return null;
        }
        AVStream stream = context.streams(index);
        return (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0 ? null : stream;
    }

    private static boolean isAt(int index, @Nullable AVStream stream) {
        return stream != null && stream.index() == index;
    }

    /** The stream of pictures; null if there is none. */
    @Nullable
    AVStream video() {
        return video;
    }

    /** The stream of sound; null if there is none. */
    @Nullable
    AVStream audio() {
        return audio;
    }

    boolean holds(@Nullable AVStream stream, AVPacket packet) {
        return isAt(packet.stream_index(), stream);
    }

    /** The demuxer's first name, for example {@code mov}. */
    String container() {
        String names = context.iformat().name().getString();
        return names.contains(",") ? names.substring(0, names.indexOf(',')) : names;
    }

    /** What the file says of its own length, seconds; 0 if it says nothing or it was only guessed from the bit rate. */
    double declaredSeconds() {
        long duration = context.duration();
        boolean guessed = context.duration_estimation_method() == avformat.AVFMT_DURATION_FROM_BITRATE;
        // Matroska says when it ends, by its own clock
        long start = container().equals("matroska") ? Math.max(0, context.start_time()) : 0;
        return duration > start && !guessed ? (double) (duration - start) / AV_TIME_BASE : 0;
    }

    /** What the container says beside its streams. */
    AVDictionary tags() {
        return context.metadata();
    }

    static String codecName(AVStream stream) {
        return avcodec_get_name(stream.codecpar().codec_id()).getString();
    }

    /** Pictures per second as far as the file tells; 25 if it does not. */
    double frameRate(AVStream stream) {
        double declared = declaredRate(stream);
        return declared > 0 ? declared : 25;
    }

    /** Pictures per second that the file tells; 0 if it does not. */
    double declaredRate(AVStream stream) {
        AVRational rate = av_guess_frame_rate(context, stream, null);
        double value = rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
        return value > 0 && value < 1000 ? value : 0;
    }

    /** A clock for a stream whose zero is the start of the file. */
    PacketTimes times(AVStream stream, double rate) {
        double ticksPerSecond =
                (double) stream.time_base().den() / stream.time_base().num();
        return new PacketTimes(originTicks(stream), Math.round(ticksPerSecond / rate), Math.round(ticksPerSecond));
    }

    /** The start of the file by the clock of a stream. */
    long originTicks(AVStream stream) {
        double ticksPerSecond =
                (double) stream.time_base().den() / stream.time_base().num();
        long start = context.start_time();
        return start == PacketTimes.NONE ? 0 : Math.round((double) start / AV_TIME_BASE * ticksPerSecond);
    }

    /**
     * Reads the next packet of any stream.
     *
     * @return false at the end
     * @throws FfmpegFailure if the file breaks off or is damaged beyond going on
     */
    boolean read(AVPacket packet) throws FfmpegFailure {
        int code = av_read_frame(context, packet);
        if (code == FfmpegFailure.END) {
            return false;
        }
        FfmpegFailure.check(code, "read");
        return true;
    }

    /** Goes to the last key picture at or before {@code seconds} from the file's start, if the file can be searched. */
    boolean seek(double seconds) {
        if (context.start_time() == PacketTimes.NONE) {
            return false;
        }
        AVStream pictures = video;
        if (pictures != null && isSearchedByOffset()) {
            return seekKey(pictures, seconds);
        }
        return seekTime(seconds);
    }

    /** Where only times can be searched for, reading begins further and further before, until a key picture is met. */
    private boolean seekKey(AVStream pictures, double seconds) {
        for (double back = KEY_SECONDS; ; back *= 4) {
            boolean whole = back >= seconds;
            if (!(whole ? seekByte(0) : seekTime(seconds - back))) {
                return false;
            }
            long key = lastKey(pictures, seconds);
            if (key > 0 || whole) {
                return seekByte(key);
            }
        }
    }

    private boolean seekByte(long offsetBytes) {
        return av_seek_frame(context, -1, offsetBytes, AVSEEK_FLAG_BYTE) >= 0;
    }

    /** Where the last key picture lies that is shown at or before {@code seconds}, from here; 0 if none is met. */
    private long lastKey(AVStream pictures, double seconds) {
        double secondsPerTick =
                (double) pictures.time_base().num() / pictures.time_base().den();
        long target = originTicks(pictures) + Math.round(seconds / secondsPerTick);
        long key = 0;
        AVPacket packet = av_packet_alloc();
        try {
            while (av_read_frame(context, packet) >= 0) {
                if (holds(pictures, packet)) {
                    long decoded = packet.dts() != PacketTimes.NONE ? packet.dts() : packet.pts();
                    if (decoded > target) {
                        return key;
                    }
                    boolean before = packet.pts() != PacketTimes.NONE && packet.pts() <= target;
                    key = before && SegmentInput.isKey(packet) && packet.pos() > 0 ? packet.pos() : key;
                }
                av_packet_unref(packet);
            }
            return key;
        } finally {
            av_packet_free(packet);
        }
    }

    private boolean seekTime(double seconds) {
        long target = context.start_time() + Math.round(seconds * AV_TIME_BASE);
        return avformat_seek_file(context, -1, Long.MIN_VALUE, target, target, AVSEEK_FLAG_BACKWARD) >= 0;
    }

    /** Whether packets can be found by where they lie: the file consists of pieces that each stand for themselves. */
    boolean isSearchedByOffset() {
        return SEARCHED_BY_OFFSET.contains(container());
    }

    /** Whether the file has no times at all, or none that survive a search. */
    boolean isTimeless() {
        return TIMELESS.contains(container());
    }

    /**
     * Goes to a packet that was met before, or somewhat before it.
     *
     * @param raw its time as the file has it
     * @param offsetBytes where it lay
     */
    boolean seekBack(AVStream stream, long raw, long offsetBytes) {
        return isSearchedByOffset()
                ? seekByte(offsetBytes)
                : avformat_seek_file(context, stream.index(), Long.MIN_VALUE, raw, raw, AVSEEK_FLAG_BACKWARD) >= 0;
    }

    @Override
    public void close() {
        avformat_close_input(context);
    }
}
