package org.liuhen.ingest.media;

import org.jspecify.annotations.Nullable;

/**
 * What decoding a whole file of our own making came to.
 *
 * @param endSeconds where its last packet ends
 * @param pictures how many were decoded
 * @param brightness of all pictures on average, 0 to 255
 * @param samples of sound that were decoded, of each channel
 * @param errors packets that could not be decoded
 */
public record Decoded(
        double endSeconds,
        @Nullable String videoCodec,
        int width,
        int height,
        long pictures,
        double brightness,
        @Nullable String audioCodec,
        int sampleRate,
        long samples,
        long errors) {}
