package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;

/** Reads what a file says of itself without decoding it. */
final class Probing {
    private static final int MAX_TEXT = 100;

    private Probing() {}

    static Answer of(Path input) {
        try (MediaFile file = MediaFile.open(input, MediaFile.RECORDINGS)) {
            Answer answer = Answer.outcome("probed")
                    .with("container", file.container())
                    .with("durationSeconds", file.declaredSeconds());
            AVDictionaryEntry entry = av_dict_get(file.tags(), "creation_time", (AVDictionaryEntry) null, 0);
            if (entry != null && !entry.isNull()) {
                String text = entry.value().getString();
                answer.with("creationTime", text.substring(0, Math.min(MAX_TEXT, text.length())));
            }
            return answer;
        } catch (FfmpegFailure failure) {
            return Answer.outcome("unreadable").with("detail", String.valueOf(failure.getMessage()));
        }
    }
}
