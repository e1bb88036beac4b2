package org.liuhen.ingest.media.ffmpeg;

import java.io.PrintStream;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;

/** What FFmpeg complains about: the first lines go to a stream, the very first is kept as a reason. Any thread. */
final class ErrorLog extends LogCallback {
    private static final int MAX_LINES = 40;

    private final PrintStream to;
    private String first = "";
    private int lines;

    ErrorLog(PrintStream to) {
        this.to = to;
    }

    @Override
    public synchronized void call(int level, BytePointer message) {
        String text = message.getString().strip();
        if (text.isEmpty() || lines >= MAX_LINES) {
            return;
        }
        lines++;
        first = first.isEmpty() ? text.replaceFirst("^\\[[^\\]]*\\]\\s*", "") : first;
        to.println(text);
    }

    /** Forgets what was complained of. */
    synchronized void begin() {
        first = "";
        lines = 0;
    }

    /** The first complaint, as FFmpeg words it. */
    synchronized Optional<String> first() {
        return first.isEmpty() ? Optional.empty() : Optional.of(first);
    }
}
