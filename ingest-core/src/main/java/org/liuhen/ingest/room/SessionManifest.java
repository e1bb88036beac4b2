package org.liuhen.ingest.room;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.StoredJson;

/**
 * The one paper about a closed session that all its cameras are sealed with: JSON for people and programs. It names how
 * many people in which roles were present, and nobody. A stored format: add members, never rename.
 */
public final class SessionManifest {
    public static final int FORMAT = 1;

    private SessionManifest() {}

    /** @param session closed */
    public static byte[] of(InterrogationSession session, TimeLine line) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("session", session.id().value());
        json.put("version", session.version());
        json.put("case", session.caseNumber().value());
        json.put("room", session.room());
        json.put("kind", session.kind());
        json.put("openedAt", session.openedAt().toString());
        json.put("closedAt", String.valueOf(session.closedAt()));
        json.put("from", line.from().toString());
        json.put("to", line.to().toString());
        json.put("complete", line.isExplained());
        ObjectNode people = json.putObject("people");
        people.put("count", session.people().size());
        Map<String, Long> roles = session.people().stream()
                .collect(Collectors.groupingBy(InterrogationSession.Person::role, TreeMap::new, Collectors.counting()));
        roles.forEach(people.putObject("roles")::put);
        ArrayNode marks = json.putArray("marks");
        for (InterrogationSession.Mark mark : session.marks()) {
            marks.addObject()
                    .put("mark", mark.mark())
                    .put("at", mark.at().toString())
                    .put("by", mark.by().value());
        }
        ArrayNode cameras = json.putArray("cameras");
        line.lanes().forEach(lane -> lane(cameras.addObject(), lane));
        try {
            return StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("manifest: cannot be written", e);
        }
    }

    private static void lane(ObjectNode json, TimeLine.Lane lane) {
        json.put("camera", lane.camera().value());
        json.put("planned", lane.planned());
        ArrayNode recordings = json.putArray("recordings");
        for (TimeLine.Stretch stretch : lane.stretches()) {
            recordings
                    .addObject()
                    .put("recording", String.valueOf(stretch.recording()))
                    .put(
                            "sha256",
                            stretch.sha256() == null ? null : stretch.sha256().hex())
                    .put("size", stretch.sizeBytes())
                    .put("from", stretch.from().toString())
                    .put("to", stretch.to().toString());
        }
        ArrayNode gaps = json.putArray("gaps");
        for (TimeLine.Gap gap : lane.gaps()) {
            InterrogationSession.StatedReason reason = gap.reason();
            ObjectNode one = gaps.addObject()
                    .put("kind", gap.kind())
                    .put("from", gap.from().toString())
                    .put("to", gap.to().toString());
            if (reason != null) {
                one.put("reason", reason.reason())
                        .put("by", reason.by().value())
                        .put("at", reason.at().toString());
            }
        }
    }
}
