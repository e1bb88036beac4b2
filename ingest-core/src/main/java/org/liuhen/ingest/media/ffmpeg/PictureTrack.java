package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/** Decodes a stream of pictures and encodes it again as H.264: upright, square pixels, even sizes. */
final class PictureTrack implements Track {
    private static final int MAX_SIDE = 1920;
    private static final int MIN_SIDE = 16;
    private static final double MAX_RATE = 60;
    private static final double LOWERED_RATE = 30;
    private static final long KEY_TICKS = 4L * Encoder.PICTURE_TICKS_PER_SECOND;

    private final Decoder decoder;
    private final Encoder encoder;
    private final PacketTimes packets;
    private final PacketTimes pictures;
    private final Reshaping reshaping;
    private final @Nullable Looks looks;
    private long lastKeyTicks = Long.MIN_VALUE;

    /** @param looks what else is done with the pictures */
    PictureTrack(MediaFile file, AVStream from, Output output, @Nullable Looks looks) throws FfmpegFailure {
        this.looks = looks;
        double rate = file.frameRate(from);
        Size size = Size.of(from, MAX_SIDE);
        Colours colours = Colours.of(from);
        this.packets = file.times(from, rate);
        this.pictures = file.times(from, rate);
        this.decoder = Decoder.byHardware(from);
        try {
            this.encoder = Encoder.h264(output, size, rate > MAX_RATE ? LOWERED_RATE : rate, colours);
        } catch (FfmpegFailure failure) {
            decoder.close();
            throw failure;
        }
        String filters = turn(from) + colours.fit(size) + (rate > MAX_RATE ? ",fps=" + (int) LOWERED_RATE : "");
        this.reshaping = Reshaping.pictures(from, filters, encoder.timeBase(), this::encode);
    }

    /** How large the pictures of a stream are shown, upright and with square pixels; both even. */
    record Size(int width, int height) {
        /** @param maxSide neither width nor height will be more */
        static Size of(AVStream stream, int maxSide) {
            AVCodecParameters parameters = stream.codecpar();
            double width = parameters.width();
            double height = parameters.height();
            AVRational aspect = parameters.sample_aspect_ratio();
            if (aspect.num() > 0 && aspect.den() > 0) {
                double ratio = (double) aspect.num() / aspect.den();
                width *= ratio > 0.2 && ratio < 5 ? ratio : 1;
            }
            boolean sideways = quarterTurns(stream) % 2 != 0;
            double scale = Math.min(1, maxSide / Math.max(width, height));
            int wide = even(width * scale);
            int high = even(height * scale);
            return sideways ? new Size(high, wide) : new Size(wide, high);
        }

        private static int even(double value) {
            return Math.max(MIN_SIDE, (int) Math.round(value / 2) * 2);
        }
    }

    /** The filters that turn pictures upright, each followed by a comma. */
    static String turn(AVStream stream) {
        return switch (quarterTurns(stream)) {
            case 1 -> "transpose=clock,";
            case 2 -> "hflip,vflip,";
            case 3 -> "transpose=cclock,";
            default -> "";
        };
    }

    /** By how many quarters of a turn, clockwise, pictures have to be turned to stand upright: 0 to 3. */
    private static int quarterTurns(AVStream stream) {
        AVCodecParameters parameters = stream.codecpar();
        if (parameters.nb_coded_side_data() == 0) {
            return 0;
        }
        AVPacketSideData matrix = av_packet_side_data_get(
                parameters.coded_side_data(), parameters.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.isNull() || matrix.size() < 9 * Integer.BYTES) {
            return 0;
        }
        double degrees = -av_display_rotation_get(new IntPointer(matrix.data()));
        return Double.isNaN(degrees) ? 0 : Math.floorMod(Math.round(degrees / 90), 4);
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        packets.next(packet.pts(), packet.dts(), packet.duration());
        decoder.decode(packet, this::filter);
    }

    private void filter(AVFrame picture) throws FfmpegFailure {
        pictures.next(picture.best_effort_timestamp(), PacketTimes.NONE, picture.duration());
        picture.pts(pictures.pts());
        if (looks != null) {
            looks.see(picture);
        }
        reshaping.take(picture);
    }

    private void encode(AVFrame ready) throws FfmpegFailure {
        boolean key = lastKeyTicks == Long.MIN_VALUE || ready.pts() >= lastKeyTicks + KEY_TICKS;
        lastKeyTicks = key ? ready.pts() : lastKeyTicks;
        ready.pict_type(key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        encoder.encode(ready);
    }

    @Override
    public void finish() throws FfmpegFailure {
        decoder.decode(null, this::filter);
        reshaping.finish();
        encoder.encode(null);
    }

    @Override
    public PacketTimes measured() {
        return packets;
    }

    @Override
    public long written() {
        return encoder.written();
    }

    @Override
    public void close() {
        reshaping.close();
        encoder.close();
        decoder.close();
    }
}
