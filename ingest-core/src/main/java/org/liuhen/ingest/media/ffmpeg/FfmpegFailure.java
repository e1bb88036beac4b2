package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.presets.avutil;

/** A call to FFmpeg that failed. */
final class FfmpegFailure extends Exception {
    static final int AGAIN = avutil.AVERROR_EAGAIN();
    static final int END = org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF();
    private static final int NO_SPACE = avutil.AVERROR_ENOSPC();
    private static final int TOO_BIG = avutil.AVERROR_EFBIG();
    private static final int NO_MEMORY = avutil.AVERROR_ENOMEM();

    private final int code;

    /** @param code FFmpeg's, negative; 0 if the failure is not one of FFmpeg's own */
    FfmpegFailure(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Returns {@code code} unless it is negative. */
    static int check(int code, String what) throws FfmpegFailure {
        if (code < 0) {
            throw new FfmpegFailure(code, what + ": " + describe(code));
        }
        return code;
    }

    /** FFmpeg's words for one of its codes. */
    static String describe(int code) {
        byte[] text = new byte[256];
        av_strerror(code, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether the machine ran out of something, so that the file is not to blame. */
    boolean isShortage() {
        return code == NO_SPACE;
    }

    /** Whether more was wanted than is ever given: a file decides how much that is, so it is to blame. */
    boolean isExcess() {
        return code == TOO_BIG || code == NO_MEMORY;
    }

    int code() {
        return code;
    }
}
