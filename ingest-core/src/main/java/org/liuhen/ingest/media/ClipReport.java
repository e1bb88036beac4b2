package org.liuhen.ingest.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.StoredJson;

/**
 * What was done to make a clip, as the child that made it says.
 *
 * @param copied how many pictures are the very ones of the recording
 * @param masked how many of those that were encoded again have something hidden
 * @param sound {@code copied}, {@code encoded} or {@code none}
 * @param notJoined why nothing could be copied; empty if it could
 * @param parts what each part really spans
 * @param stretches what was done where, in order; empty if it is not known by picture
 */
public record ClipReport(
        long copied,
        long encoded,
        long masked,
        String sound,
        String notJoined,
        List<Part> parts,
        List<Stretch> stretches) {
    private static final int MOST_TEXT = 300;
    private static final int MOST_STRETCHES = 10_000;

    /** Seconds from the start of the recording. */
    public record Part(double fromSeconds, double toSeconds) {}

    /**
     * Pictures one after another that were treated alike.
     *
     * @param part the number of the part, from 0
     * @param what {@code copied}, {@code encoded} or {@code masked}
     * @param firstSeconds when the first of them is shown, from the start of the recording
     * @param lastSeconds when the last of them is shown
     */
    public record Stretch(int part, String what, double firstSeconds, double lastSeconds) {}

    public ClipReport {
        parts = List.copyOf(parts);
        stretches = List.copyOf(stretches);
    }

    /** What was cut at key pictures. */
    static ClipReport atKeyPictures(double fromSeconds, double toSeconds, boolean repackaged) {
        return new ClipReport(
                0,
                0,
                0,
                repackaged ? "copied" : "encoded",
                repackaged ? "" : "it is not what browsers play",
                List.of(new Part(fromSeconds, toSeconds)),
                List.of(new Stretch(0, repackaged ? "copied" : "encoded", fromSeconds, toSeconds)));
    }

    /** What was put together from the original without a child. */
    public static ClipReport straight(double fromSeconds, double toSeconds) {
        return atKeyPictures(fromSeconds, toSeconds, true);
    }

    static ClipOutcome parsed(String json, int parts) {
        JsonNode answer;
        try {
            answer = StoredJson.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            return new ClipOutcome.NotCut("its answer makes no sense: " + e.getOriginalMessage());
        }
        if (!answer.path("outcome").asText().equals("cut")
                || answer.path("parts").size() != parts) {
            return new ClipOutcome.NotCut(text(answer.path("detail").asText("its answer makes no sense")));
        }
        List<Part> spans = new ArrayList<>();
        answer.path("parts")
                .forEach(part -> spans.add(new Part(
                        part.path("fromSeconds").asDouble(),
                        part.path("toSeconds").asDouble())));
        List<Stretch> stretches = new ArrayList<>();
        for (JsonNode stretch : answer.path("stretches")) {
            if (stretches.size() < MOST_STRETCHES) {
                stretches.add(new Stretch(
                        stretch.path("part").asInt(),
                        text(stretch.path("what").asText()),
                        stretch.path("firstSeconds").asDouble(),
                        stretch.path("lastSeconds").asDouble()));
            }
        }
        return new ClipOutcome.Made(new ClipReport(
                answer.path("copied").asLong(),
                answer.path("encoded").asLong(),
                answer.path("masked").asLong(),
                text(answer.path("sound").asText()),
                text(answer.path("notJoined").asText()),
                spans,
                stretches));
    }

    private static String text(String words) {
        String clean = words.replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.length() <= MOST_TEXT ? clean : clean.substring(0, MOST_TEXT) + "…";
    }
}
