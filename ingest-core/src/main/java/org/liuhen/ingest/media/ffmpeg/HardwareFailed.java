package org.liuhen.ingest.media.ffmpeg;

/**
 * Graphics hardware failed in the midst of a piece of work. Unchecked, because nobody on the way can do anything about it:
 * the whole piece of work is begun again in software, see {@link ChildMain}.
 */
final class HardwareFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private HardwareFailed(String message) {
        super(message);
    }

    /** @param code FFmpeg's, negative if it failed */
    static void check(int code, String what) {
        if (code < 0) {
            throw new HardwareFailed(what + ": " + FfmpegFailure.describe(code));
        }
    }
}
