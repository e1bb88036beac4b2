package org.liuhen.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * What an event changed in a recording's row, as a JSON merge patch from the row before to the row after. It stands in
 * the event's stored JSON as member {@value #MEMBER}, so it is hashed with it, and a recording's events together say
 * everything about it. A patch with an id is a whole row: nothing before it is needed. Source: RFC 7396.
 */
final class RowPatch {
    static final String MEMBER = "row";

    private static final String WHOLE = "id";

    private RowPatch() {}

    /** @param next the row after, as JSON */
    static byte[] between(@Nullable Recording former, Recording next, byte[] nextJson) {
        if (former == null) {
            return nextJson;
        }
        return Rows.json(difference(row(former), row(next)));
    }

    private static ObjectNode difference(ObjectNode before, ObjectNode after) {
        ObjectNode patch = StoredJson.MAPPER.createObjectNode();
        after.properties().forEach(member -> {
            JsonNode old = before.get(member.getKey());
            JsonNode now = member.getValue();
            if (old instanceof ObjectNode oldObject && now instanceof ObjectNode nowObject) {
                ObjectNode inner = difference(oldObject, nowObject);
                if (!inner.isEmpty()) {
                    patch.set(member.getKey(), inner);
                }
            } else if (!now.equals(old)) {
                patch.set(member.getKey(), now);
            }
        });
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name)) {
                patch.putNull(name);
            }
        });
        return patch;
    }

    static boolean isWhole(ObjectNode patch) {
        return patch.has(WHOLE);
    }

    /** Changes {@code row} as {@code patch} says. */
    static void apply(ObjectNode row, ObjectNode patch) {
        List<String> names = new ArrayList<>();
        patch.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            JsonNode value = patch.path(name);
            if (value.isNull()) {
                row.remove(name);
            } else if (value instanceof ObjectNode inner) {
                if (!(row.get(name) instanceof ObjectNode)) {
                    row.putObject(name);
                }
                apply((ObjectNode) row.path(name), inner);
            } else {
                row.set(name, value);
            }
        }
    }

    static ObjectNode row(Recording recording) {
        return StoredJson.MAPPER.valueToTree(recording);
    }

    static Recording recording(ObjectNode row) throws StorageFailure {
        try {
            return StoredJson.MAPPER.treeToValue(row, Recording.class);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "events: do not make a recording: " + e.getMessage(), e);
        }
    }
}
