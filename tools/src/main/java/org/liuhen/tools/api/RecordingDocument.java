package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StoredJson;

/** A recording as the outside sees it. Members without a value are there as {@code null}, so that all have one shape. */
public final class RecordingDocument {
    private RecordingDocument() {}

    /** One recording. */
    public static ObjectNode of(Recording recording) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("id", recording.id().hex());
        json.put("kind", recording.kind().label());
        json.put("state", recording.state().label());
        ArrayNode cases = json.putArray("cases");
        recording.cases().forEach(number -> cases.add(number.value()));
        json.put("device", recording.device().value());
        json.put("officer", text(recording.officer()));
        json.put("unit", text(recording.unit()));
        json.put("session", text(recording.session()));
        json.put("attachment", text(recording.attachment()));
        json.put("from", recording.from().toString());
        json.put("to", text(recording.to()));
        json.put("deviceFrom", text(recording.deviceFrom()));
        json.put("deviceTo", text(recording.deviceTo()));
        json.put("receivedAt", recording.receivedAt().toString());
        json.put("filename", recording.filename());
        json.put("contentType", recording.contentType());
        json.put("size", recording.sizeBytes());
        json.put("sha256", recording.fingerprint().hex());
        json.put("important", recording.important());
        json.put("version", recording.version());
        json.set("media", media(recording));
        json.set("retention", retention(recording));
        json.set("findings", StoredJson.MAPPER.valueToTree(recording.findings()));
        return json;
    }

    /** One recording with what is attached to its session. */
    public static ObjectNode of(Recording recording, List<Recording> attachments) {
        ObjectNode json = of(recording);
        ArrayNode list = json.putArray("attachments");
        attachments.forEach(attachment -> list.add(of(attachment)));
        return json;
    }

    /** A page of a list. */
    public static ObjectNode of(Page<Recording> page) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode recordings = json.putArray("recordings");
        page.items().forEach(recording -> recordings.add(of(recording)));
        json.put("next", page.next());
        return json;
    }

    /** Events in order. */
    public static ArrayNode of(List<CustodyEvent> events) {
        ArrayNode json = StoredJson.MAPPER.createArrayNode();
        events.forEach(event -> json.add((ObjectNode) StoredJson.MAPPER.valueToTree(event)));
        return json;
    }

    private static ObjectNode retention(Recording recording) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("category", recording.retention().category().value());
        json.put("permanent", recording.retention().permanent());
        json.put("keepUntil", text(recording.retention().keepUntil()));
        json.put("rule", recording.retention().rule());
        json.set("holds", StoredJson.MAPPER.valueToTree(recording.retention().holds()));
        Instant announcedAt = recording.retention().announcedAt();
        if (announcedAt != null) {
            json.put("announcedAt", announcedAt.toString());
        }
        return json;
    }

    private static com.fasterxml.jackson.databind.@Nullable JsonNode media(Recording recording) {
        if (recording.media() == null) {
            return StoredJson.MAPPER.nullNode();
        }
        ObjectNode json = StoredJson.MAPPER.valueToTree(recording.media());
        for (String part : new String[] {"video", "audio"}) {
            if (!json.has(part)) {
                json.putNull(part);
            }
        }
        return json;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
