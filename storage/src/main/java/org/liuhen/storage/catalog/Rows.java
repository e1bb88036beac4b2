package org.liuhen.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.Arrays;
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
 *   <tr><td>event</td><td>format 1 (1), salt (16), the numbered event as JSON: exactly the bytes that are hashed</td></tr>
 *   <tr><td>recording, upload, job, register</td><td>format 1 (1), the value as JSON, see {@link StoredJson}</td></tr>
 *   <tr><td>ledger_node</td><td>hash (32)</td></tr>
 *   <tr><td>indexes</td><td>nothing</td></tr>
 * </table>
 */
final class Rows {
    static final byte FORMAT = 1;
    static final int SALT_BYTES = 16;
    static final byte[] NOTHING = {};

    private Rows() {}

    static byte[] json(Object value) {
        try {
            return StoredJson.MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written: " + value, e);
        }
    }

    static byte[] row(Object value) {
        byte[] json = json(value);
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
