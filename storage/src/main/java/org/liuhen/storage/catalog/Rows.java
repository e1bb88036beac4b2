package org.liuhen.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.TreeHash;

/**
 * The values of the catalog.
 *
 * <table>
 *   <caption>Values by column family, lengths in bytes</caption>
 *   <tr><td>event</td><td>format 1 (1), salt (16), the numbered event as JSON, with what it
 *       changed as {@link RowPatch}: exactly the bytes that are hashed</td></tr>
 *   <tr><td>recording, upload, job, register</td><td>format 1 (1), the value as JSON, see {@link StoredJson}</td></tr>
 *   <tr><td>ledger_node</td><td>hash (32)</td></tr>
 *   <tr><td>indexes</td><td>nothing</td></tr>
 * </table>
 */
final class Rows {
    static final byte FORMAT = 1;
    static final int SALT_BYTES = 16;
    static final byte[] NOTHING = {};
    private static final byte[] PATCH_MEMBER = (",\"" + RowPatch.MEMBER + "\":").getBytes(StandardCharsets.US_ASCII);

    private Rows() {}

    static byte[] json(Object value) {
        try {
            return StoredJson.MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written: " + value, e);
        }
    }

    /**
     * An event as it is stored and hashed.
     *
     * @param patch what it changed in its recording's row, see {@link RowPatch}; empty if nothing
     */
    static byte[] eventJson(CustodyEvent event, byte[] patch) {
        byte[] json = json(event);
        if (patch.length == 0) {
            return json;
        }
        return ByteBuffer.allocate(json.length + PATCH_MEMBER.length + patch.length)
                .put(json, 0, json.length - 1)
                .put(PATCH_MEMBER)
                .put(patch)
                .put((byte) '}')
                .array();
    }

    static byte[] row(Object value) {
        return row(json(value));
    }

    static byte[] row(byte[] json) {
        byte[] row = new byte[1 + json.length];
        row[0] = FORMAT;
        System.arraycopy(json, 0, row, 1, json.length);
        return row;
    }

    static <T> T value(Class<T> type, byte[] row) throws StorageFailure {
        requireFormat(type.getSimpleName(), row, 1);
        return parse(type, row, 1);
    }

    static byte[] eventRow(byte[] salt, byte[] event) {
        byte[] row = new byte[1 + SALT_BYTES + event.length];
        row[0] = FORMAT;
        System.arraycopy(salt, 0, row, 1, SALT_BYTES);
        System.arraycopy(event, 0, row, 1 + SALT_BYTES, event.length);
        return row;
    }

    static Ledger.Leaf leaf(long index, byte[] row) throws StorageFailure {
        requireFormat("event", row, 1 + SALT_BYTES);
        return new Ledger.Leaf(
                index, Arrays.copyOfRange(row, 1, 1 + SALT_BYTES), Arrays.copyOfRange(row, 1 + SALT_BYTES, row.length));
    }

    static CustodyEvent event(byte[] row) throws StorageFailure {
        requireFormat("event", row, 1 + SALT_BYTES);
        return parse(CustodyEvent.class, row, 1 + SALT_BYTES);
    }

    /** What an event changed in its recording's row; empty if nothing, or if it was written before format 2. */
    static Optional<ObjectNode> patch(byte[] row) throws StorageFailure {
        requireFormat("event", row, 1 + SALT_BYTES);
        return parse(JsonNode.class, row, 1 + SALT_BYTES).get(RowPatch.MEMBER) instanceof ObjectNode patch
                ? Optional.of(patch)
                : Optional.empty();
    }

    static byte[] node(byte[] row) throws StorageFailure {
        if (row.length != TreeHash.BYTES) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "ledger node: " + row.length + " bytes (expected: " + TreeHash.BYTES + ")");
        }
        return row;
    }

    private static void requireFormat(String what, byte[] row, int minBytes) throws StorageFailure {
        if (row.length < minBytes || row[0] <= 0) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, what + " row: without a format");
        }
        if (row[0] > FORMAT) {
            throw new StorageFailure(
                    StorageFailure.Kind.FORMAT_TOO_NEW,
                    what + " row: format " + row[0] + " (expected: " + FORMAT + ")");
        }
    }

    private static <T> T parse(Class<T> type, byte[] row, int start) throws StorageFailure {
        try {
            T value = StoredJson.MAPPER.readValue(row, start, row.length - start, type);
            if (value == null) {
                throw new StorageFailure(StorageFailure.Kind.CORRUPT, type.getSimpleName() + " row: holds null");
            }
            return value;
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, type.getSimpleName() + " row: " + e.getMessage(), e);
        }
    }
}
