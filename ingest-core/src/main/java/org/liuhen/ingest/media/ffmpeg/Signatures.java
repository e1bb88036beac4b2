package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.signed.PictureCoding;
import org.liuhen.ingest.media.signed.Remark;
import org.liuhen.ingest.media.signed.SignatureCheck;
import org.liuhen.ingest.media.signed.TrustedRoots;

/** Takes the pictures of a recording out of its container, as they are, and has their signatures checked. */
final class Signatures {
    private Signatures() {}

    /**
     * Checks a recording.
     *
     * @param likeness of the camera, for a file that has lost its index; null if unknown
     * @return {@code checked} and what was found; nothing is found where there is nothing that could be signed
     */
    static Answer of(Path input, TrustedRoots roots, @Nullable Likeness likeness) throws FfmpegFailure, IOException {
        try {
            return check(input, roots, likeness);
        } finally {
            Files.deleteIfExists(MediaFile.SALVAGED_HEAD);
        }
    }

    private static Answer check(Path input, TrustedRoots roots, @Nullable Likeness likeness)
            throws FfmpegFailure, IOException {
        List<Remark> found = new ArrayList<>();
        try (MediaFile file = MediaFile.openOrSalvage(input, likeness)) {
            @Nullable AVStream video = file.video();
            @Nullable PictureCoding coding = video == null ? null : coding(video);
            if (coding != null) {
                SignatureCheck check = new SignatureCheck(coding, roots);
                read(file, coding, check);
                Optional<SignatureCheck> again = check.again();
                if (again.isPresent()) {
                    check = again.get();
                    try (MediaFile anew = MediaFile.openOrSalvage(input, likeness)) {
                        read(anew, coding, check);
                    }
                }
                found = check.conclude();
            }
        } catch (FfmpegFailure failure) {
            if (failure.isShortage()) {
                throw failure;
            }
        }
        return Answer.outcome("checked").with("findings", answers(found));
    }

    private static @Nullable PictureCoding coding(AVStream video) {
        int codec = video.codecpar().codec_id();
        return codec == AV_CODEC_ID_H264 ? PictureCoding.H264 : codec == AV_CODEC_ID_HEVC ? PictureCoding.H265 : null;
    }

    private static void read(MediaFile file, PictureCoding coding, SignatureCheck check) throws FfmpegFailure {
        AVStream video = file.video();
        if (video == null) {
            return;
        }
        int lengthBytes = PictureUnits.lengthBytes(coding, extradata(video));
        PacketTimes times = file.times(video, file.frameRate(video));
        double ticks = (double) video.time_base().den() / video.time_base().num();
        AVPacket packet = av_packet_alloc();
        try {
            while (next(file, packet)) {
                if (file.holds(video, packet)) {
                    times.next(packet.pts(), packet.dts(), packet.duration());
                    double from = times.pts() / ticks;
                    double to = (times.pts() + times.duration()) / ticks;
                    ByteBuffer bytes = packet.data().limit(packet.size()).asByteBuffer();
                    PictureUnits.each(bytes, lengthBytes, unit -> check.accept(unit, from, to));
                }
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
    }

    /** What comes before a place that cannot be read counts; that the file breaks off there is said elsewhere. */
    private static boolean next(MediaFile file, AVPacket packet) throws FfmpegFailure {
        try {
            return file.read(packet);
        } catch (FfmpegFailure failure) {
            if (failure.isShortage()) {
                throw failure;
            }
            return false;
        }
    }

    private static ByteBuffer extradata(AVStream video) {
        int size = video.codecpar().extradata_size();
        return size <= 0
                ? ByteBuffer.allocate(0)
                : video.codecpar().extradata().limit(size).asByteBuffer();
    }

    private static List<Answer> answers(List<Remark> findings) {
        List<Answer> answers = new ArrayList<>();
        for (Remark finding : findings) {
            Answer answer = new Answer().with("kind", finding.kind()).saying(finding.said());
            if (finding.from() != null && finding.to() != null) {
                answer.with("from", finding.from()).with("to", finding.to());
            }
            answers.add(answer);
        }
        return answers;
    }
}
