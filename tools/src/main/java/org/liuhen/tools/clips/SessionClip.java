package org.liuhen.tools.clips;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Media;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.SessionId;

/**
 * A session as a clip: all its recordings, or what of them lies between two moments. What cannot be played is left out,
 * and the sidecar says so.
 */
public final class SessionClip {
    private static final double NANOS = 1e9;

    private SessionClip() {}

    /** Which session an order is about. */
    public static SessionId session(JsonNode order) {
        if (!order.path("session").isTextual()) {
            throw new InvalidField("session", order.path("session") + " (expected: text)");
        }
        return new SessionId(order.path("session").textValue());
    }

    /**
     * Reads an order.
     *
     * @param order {@code session}, {@code from} and {@code to} in seconds from when its first recording begins, and
     *     what {@link WantedClip#of(JsonNode)} takes beside {@code parts}
     * @param recordings of the session, by start
     * @throws Problem 404 if there are none, 409 if it is not yet known how long one of them is
     */
    public static WantedClip of(JsonNode order, List<Recording> recordings) throws Problem {
        if (recordings.isEmpty()) {
            throw new Problem(404, "not-found", "session: " + session(order) + " has no recordings");
        }
        double from = order.has("from") ? WantedClip.number("from", order.get("from")) : 0;
        double to = order.has("to") ? WantedClip.number("to", order.get("to")) : Double.MAX_VALUE;
        ObjectNode parted = order.deepCopy();
        parted.remove(List.of("session", "from", "to"));
        if (parted.has("parts")) {
            throw new InvalidField("parts", "are not taken together with a session");
        }
        ArrayNode parts = parted.putArray("parts");
        List<RecordingId> leftOut = new ArrayList<>();
        Instant start = recordings.get(0).from();
        for (Recording recording : recordings) {
            if (recording.state() == RecordingState.DISPOSED || Boolean.FALSE.equals(recording.playable())) {
                leftOut.add(recording.id());
                continue;
            }
            double at = Duration.between(start, recording.from()).toNanos() / NANOS;
            double begin = Math.max(0, from - at);
            double end = Math.min(lengthSeconds(recording), to - at);
            if (end > begin) {
                parts.addObject()
                        .put("recording", recording.id().hex())
                        .put("from", begin)
                        .put("to", end);
            }
        }
        if (parts.isEmpty()) {
            throw new InvalidField("session", session(order) + " has nothing to be seen or heard in that span");
        }
        return WantedClip.of(parted).leavingOut(leftOut);
    }

    private static double lengthSeconds(Recording recording) throws Problem {
        Media media = recording.media();
        if (media == null) {
            throw new Problem(
                    409, "not-ready", "recording: " + recording.id() + " of the session has not been looked at yet");
        }
        return media.durationSeconds();
    }
}
