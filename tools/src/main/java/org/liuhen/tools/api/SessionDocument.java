package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.room.TimeLine;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.StoredJson;

/** An interrogation session as the outside sees it. Members without a value are there as {@code null}. */
public final class SessionDocument {
    private SessionDocument() {}

    /** One session, without what was recorded. */
    public static ObjectNode of(InterrogationSession session) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("session", session.id().value());
        json.put("state", session.state());
        json.put("case", session.caseNumber().value());
        json.put("room", session.room());
        json.put("kind", session.kind());
        json.put("version", session.version());
        json.put("openedAt", session.openedAt().toString());
        json.put("openedBy", session.openedBy().value());
        json.put("closedAt", text(session.closedAt()));
        json.put("closedBy", text(session.closedBy()));
        ArrayNode people = json.putArray("people");
        for (InterrogationSession.Person person : session.people()) {
            people.addObject()
                    .put("name", person.name())
                    .put("role", person.role())
                    .put("enteredAt", person.enteredAt().toString())
                    .put("leftAt", text(person.leftAt()));
        }
        ArrayNode marks = json.putArray("marks");
        for (InterrogationSession.Mark mark : session.marks()) {
            marks.addObject()
                    .put("mark", mark.mark())
                    .put("at", mark.at().toString())
                    .put("atSeconds", seconds(session, mark.at()))
                    .put("by", mark.by().value())
                    .put("note", mark.note());
        }
        ArrayNode manifests = json.putArray("manifests");
        for (InterrogationSession.Sealed paper : session.manifests()) {
            manifests
                    .addObject()
                    .put("recording", paper.recording().hex())
                    .put("sha256", paper.sha256().hex())
                    .put("at", paper.at().toString());
        }
        return json;
    }

    /**
     * One session with what all its cameras have recorded on one time line, whose zero is the opening.
     *
     * @param trouble why a camera is not being recorded; null if it is
     */
    public static ObjectNode of(
            InterrogationSession session, TimeLine line, Function<DeviceId, @Nullable String> trouble) {
        ObjectNode json = of(session);
        ObjectNode drawn = json.putObject("timeLine");
        span(drawn, session, line.from(), line.to());
        ArrayNode cameras = drawn.putArray("cameras");
        for (TimeLine.Lane lane : line.lanes()) {
            ObjectNode camera = cameras.addObject();
            camera.put("camera", lane.camera().value());
            camera.put("planned", lane.planned());
            camera.put("trouble", trouble.apply(lane.camera()));
            ArrayNode recordings = camera.putArray("recordings");
            for (TimeLine.Stretch stretch : lane.stretches()) {
                ObjectNode one = recordings.addObject();
                one.put("recording", text(stretch.recording()));
                one.put(
                        "sha256",
                        stretch.sha256() == null ? null : stretch.sha256().hex());
                one.put("size", stretch.sizeBytes());
                span(one, session, stretch.from(), stretch.to());
            }
        }
        ArrayNode findings = json.putArray("findings");
        line.gaps().forEach(gap -> finding(findings.addObject(), session, gap));
        return json;
    }

    private static void finding(ObjectNode json, InterrogationSession session, TimeLine.Gap gap) {
        json.put("id", gap.id());
        json.put("kind", gap.kind());
        json.put("camera", gap.camera().value());
        json.put("detail", gap.camera() + " recorded nothing from " + gap.from() + " to " + gap.to() + ".");
        span(json, session, gap.from(), gap.to());
        InterrogationSession.StatedReason reason = gap.reason();
        if (reason == null) {
            json.putNull("reason");
        } else {
            json.putObject("reason")
                    .put("reason", reason.reason())
                    .put("by", reason.by().value())
                    .put("at", reason.at().toString());
        }
    }

    private static void span(ObjectNode json, InterrogationSession session, Instant from, Instant to) {
        json.put("from", from.toString());
        json.put("to", to.toString());
        json.put("fromSeconds", seconds(session, from));
        json.put("toSeconds", seconds(session, to));
    }

    private static double seconds(InterrogationSession session, Instant at) {
        return Duration.between(session.openedAt(), at).toMillis() / 1000.0;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
