package org.liuhen.storage;

import org.jspecify.annotations.Nullable;

/**
 * What a recording holds, as measured, not as declared.
 *
 * @param container the demuxer's name, for example {@code mov}
 * @param durationSeconds measured from the packets' times
 */
public record Media(
        String container,
        double durationSeconds,
        @Nullable Video video,
        @Nullable Audio audio) {
    /** @param frameRate average, pictures per second */
    public record Video(String codec, int width, int height, double frameRate) {}

    public record Audio(String codec, int sampleRate, int channels) {}
}
