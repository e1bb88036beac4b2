package org.liuhen.ingest.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;

/**
 * What a media file says of itself.
 *
 * @param durationSeconds 0 if it does not say
 * @param created start of recording by the device's clock, which the format has in UTC and many cameras in their own
 *     time; null if it does not say
 */
public record Probed(double durationSeconds, @Nullable Instant created) {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final double LONGEST_SECONDS = 30.0 * 24 * 3600;

    /** A child's answer as it comes. */
    private record Answer(
            @Nullable String outcome,
            double durationSeconds,
            @Nullable String creationTime) {}

    static Optional<Probed> of(String json) {
        try {
            Answer answer = StoredJson.MAPPER.readValue(json, Answer.class);
            double seconds = answer.durationSeconds;
            return "probed".equals(answer.outcome)
                    ? Optional.of(new Probed(
                            seconds > 0 && seconds < LONGEST_SECONDS ? seconds : 0, instant(answer.creationTime)))
                    : Optional.empty();
        } catch (JsonProcessingException ignored) {
            // the child may have been captured by the file: what it says then is nothing
            return Optional.empty();
        }
    }

    /** Null for the zero of the format (1904, 1970) and other times without cameras of this kind. */
    private static @Nullable Instant instant(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return instant.isBefore(EARLIEST) ? null : instant;
        } catch (DateTimeException ignored) {
            // no time
            return null;
        }
    }
}
