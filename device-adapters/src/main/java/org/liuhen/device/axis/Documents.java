package org.liuhen.device.axis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Response;
import org.liuhen.retention.Schedule;
import org.liuhen.retention.ScheduledCategory;
import org.liuhen.storage.StoredJson;

/**
 * What a system reads from its container {@code System}: what this server takes, and the categories people may choose
 * from, which are those of the retention schedule. A capability once declared stays declared.
 */
final class Documents {
    /** The longest name that a camera shows. */
    private static final int LONGEST_TITLE_BYTES = 32;

    private final Map<String, byte[]> documents;

    Documents(Schedule schedule) {
        this.documents = Map.of("Capabilities.json", capabilities(), "Categories.json", categories(schedule));
    }

    private static byte[] capabilities() {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.putObject("Read").put("ReadCategories", true);
        json.putObject("Store")
                .put("StoreBookmarks", true)
                .put("StoreRejectedContent", true)
                .put("StoreUserIDKey", true)
                .put("StoreSignedVideo", true)
                .put("StoreGNSSTrackRecording", true);
        json.putObject("StoreAndRead").put("StoreReadSystemID", true);
        return bytes(json);
    }

    private static byte[] categories(Schedule schedule) {
        ArrayNode json = StoredJson.MAPPER.createArrayNode();
        for (ScheduledCategory category : schedule.categories()) {
            json.addObject()
                    .put("Name", title(category))
                    .put("Id", category.name().value());
        }
        return bytes(json);
    }

    private static String title(ScheduledCategory category) {
        for (String title : new String[] {category.titleZh(), category.titleEn()}) {
            if (!title.isBlank() && title.getBytes(StandardCharsets.UTF_8).length <= LONGEST_TITLE_BYTES) {
                return title;
            }
        }
        return category.name().value();
    }

    private static byte[] bytes(Object json) {
        try {
            return StoredJson.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("document: cannot be written", e);
        }
    }

    boolean has(String name) {
        return documents.containsKey(name);
    }

    /** The document with its MD5, without which a system takes it for corrupt; empty if there is none of this name. */
    Optional<Response> answer(String name) {
        return Optional.ofNullable(documents.get(name))
                .map(bytes -> new Response(200, Headers.NONE, new Response.Bytes(bytes))
                        .with("content-type", "application/json")
                        .with("etag", DigestUtils.md5Hex(bytes)));
    }
}
