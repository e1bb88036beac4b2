package org.liuhen.storage.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import org.liuhen.storage.Job;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.UploadId;

/**
 * The keys of the catalog. All numbers are big-endian, signed ones with the sign bit flipped, so that the order of
 * bytes is the order of values.
 *
 * <table>
 *   <caption>Keys by column family, lengths in bytes</caption>
 *   <tr><td>event</td><td>sequence (8)</td></tr>
 *   <tr><td>recording</td><td>id (16)</td></tr>
 *   <tr><td>by_case, by_device, by_officer, by_session</td><td>name, 0, start in milliseconds (8), id (16)</td></tr>
 *   <tr><td>by_time</td><td>start in milliseconds (8), id (16)</td></tr>
 *   <tr><td>by_recording</td><td>id (16), sequence (8)</td></tr>
 *   <tr><td>due</td><td>day since 1970 (4), shard (2), id (16), version (8)</td></tr>
 *   <tr><td>upload</td><td>id (16)</td></tr>
 *   <tr><td>job</td><td>kind, 0, due in milliseconds (8), id (16)</td></tr>
 *   <tr><td>ledger_node</td><td>level (1), index (8)</td></tr>
 *   <tr><td>register</td><td>kind, 0, name</td></tr>
 * </table>
 */
final class Keys {
    static final int PLACE_BYTES = Long.BYTES + RecordingId.BYTES;
    static final int DUE_BYTES = Integer.BYTES + Short.BYTES + RecordingId.BYTES + Long.BYTES;

    private Keys() {}

    static byte[] sequence(long sequence) {
        return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
    }

    /** The number at the end of a key. */
    static long number(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
    }

    /** The first key behind {@code key}. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The first key behind all that begin with {@code prefix}, which ends with a 0. */
    static byte[] afterPrefix(byte[] prefix) {
        byte[] after = prefix.clone();
        after[after.length - 1]++;
        return after;
    }

    static byte[] upload(UploadId id) {
        return HexFormat.of().parseHex(id.hex());
    }

    /** Where a recording stands in a list: its start, then its id. */
    static byte[] place(Instant start, RecordingId id) {
        return ByteBuffer.allocate(PLACE_BYTES)
                .putLong(ordered(millis(start)))
                .put(id.bytes())
                .array();
    }

    /** Before every place of a recording that starts in this millisecond or later. */
    static byte[] placeFrom(long startMillis) {
        return ByteBuffer.allocate(Long.BYTES).putLong(ordered(startMillis)).array();
    }

    static long placeStartMillis(byte[] key) {
        return ordered(ByteBuffer.wrap(key).getLong(key.length - PLACE_BYTES));
    }

    /** The id at the end of a key of an index. */
    static RecordingId lastId(byte[] key) {
        return RecordingId.ofBytes(Arrays.copyOfRange(key, key.length - RecordingId.BYTES, key.length));
    }

    /** The name and the 0 after it. */
    static byte[] prefix(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }

    static byte[] join(byte[] prefix, byte[] suffix) {
        byte[] key = Arrays.copyOf(prefix, prefix.length + suffix.length);
        System.arraycopy(suffix, 0, key, prefix.length, suffix.length);
        return key;
    }

    static byte[] custody(RecordingId id, long sequence) {
        return join(id.bytes(), sequence(sequence));
    }

    static byte[] due(LocalDate day, RecordingId id, long version) {
        return ByteBuffer.allocate(DUE_BYTES)
                .put(dueFrom(day))
                .putShort((short) 0)
                .put(id.bytes())
                .putLong(version)
                .array();
    }

    /** Before everything that is due on {@code day} or later. */
    static byte[] dueFrom(LocalDate day) {
        long clamped = Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, day.toEpochDay()));
        return ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) clamped ^ Integer.MIN_VALUE)
                .array();
    }

    static LocalDate dueDay(byte[] key) {
        return LocalDate.ofEpochDay(ByteBuffer.wrap(key).getInt() ^ Integer.MIN_VALUE);
    }

    static RecordingId dueId(byte[] key) {
        int start = Integer.BYTES + Short.BYTES;
        return RecordingId.ofBytes(Arrays.copyOfRange(key, start, start + RecordingId.BYTES));
    }

    static long dueVersion(byte[] key) {
        return ByteBuffer.wrap(key).getLong(DUE_BYTES - Long.BYTES);
    }

    static byte[] job(Job job) {
        return join(prefix(job.kind()), place(job.due(), job.recording()));
    }

    static byte[] node(int level, long index) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) level)
                .putLong(index)
                .array();
    }

    static byte[] register(String kind, String name) {
        return join(prefix(kind), name.getBytes(StandardCharsets.UTF_8));
    }

    /** Milliseconds since 1970, rounded down; the nearest there is for instants beyond them. */
    static long millis(Instant at) {
        try {
            return at.toEpochMilli();
        } catch (ArithmeticException ignored) {
            // Hundreds of millions of years away: the ends of the scale keep the order.
            return at.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private static long ordered(long value) {
        return value ^ Long.MIN_VALUE;
    }
}
