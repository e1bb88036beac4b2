package org.liuhen.storage.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.liuhen.storage.vault.DurableFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manifest of RocksDB whose last record was torn by a loss of power while it was being written. RocksDB itself goes on
 * where such a record is short or zero, and refuses to open where its bytes are wrong.
 *
 * <p>Cutting that record off is right because nothing builds on it: RocksDB deletes what a record makes superfluous only
 * after the record was forced. It is a torn end, not rot, only if no whole record follows it; anything else is left alone.
 * What was there stays as {@code <manifest>.torn}.
 *
 * <pre>
 *   a file is blocks of 32 KiB; a block is records; what is left of a block, shorter than a header, is zeros
 *   0  4  masked CRC-32C of type and payload     4  2  length of the payload     6  1  type: 1 to 4
 *   little-endian; type 1 whole, 2 first, 3 middle, 4 last piece of a record
 * </pre>
 *
 * Source: RocksDB wiki, Write Ahead Log File Format, which a manifest shares.
 */
final class TornManifest {
    private static final Logger LOG = LoggerFactory.getLogger(TornManifest.class);
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;
    private static final int WHOLE = 1;
    private static final int LAST = 4;
    private static final int MASK_DELTA = 0xa282ead8;

    private TornManifest() {}

    /**
     * Cuts a torn end off the manifest in use, unless a process has the database open; durable on return.
     *
     * @return whether there was one
     */
    static boolean cut(Path folder) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null && cutLocked(folder);
        }
    }

    private static boolean cutLocked(Path folder) throws IOException {
        Path current = folder.resolve("CURRENT");
        if (!Files.exists(current)) {
            return false;
        }
        String name = Files.readString(current, StandardCharsets.US_ASCII).strip();
        Path manifest = folder.resolve(name);
        if (!name.matches("MANIFEST-\\d+") || !Files.exists(manifest)) {
            return false;
        }
        byte[] bytes = Files.readAllBytes(manifest);
        int whole = wholeBytes(bytes);
        if (whole == 0 || whole == bytes.length || anyRecordIn(bytes, whole + 1)) {
            return false;
        }
        LOG.warn(
                "catalog: {} ends with {} bytes of a record that a loss of power has torn, they are cut off; nothing was"
                        + " acknowledged with them",
                manifest,
                bytes.length - whole);
        DurableFiles.replaceDurably(folder.resolve(name + ".torn"), bytes, "rw-r-----");
        DurableFiles.replaceDurably(manifest, Arrays.copyOf(bytes, whole), "rw-r-----");
        return true;
    }

    /** How many bytes the whole records at the beginning are. */
    private static int wholeBytes(byte[] bytes) {
        int whole = 0;
        int at = 0;
        while (true) {
            int left = BLOCK_BYTES - at % BLOCK_BYTES;
            if (left < HEADER_BYTES) {
                at += left;
                continue;
            }
            int type = pieceAt(bytes, at);
            if (type == 0) {
                return whole;
            }
            at += HEADER_BYTES + length(bytes, at);
            if (type == WHOLE || type == LAST) {
                whole = at;
            }
        }
    }

    private static boolean anyRecordIn(byte[] bytes, int from) {
        for (int at = from; at + HEADER_BYTES <= bytes.length; at++) {
            if (pieceAt(bytes, at) != 0) {
                return true;
            }
        }
        return false;
    }

    private static int length(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at + 4]) | Byte.toUnsignedInt(bytes[at + 5]) << 8;
    }

    /** The type of the intact piece that begins here; 0 if there is none. */
    private static int pieceAt(byte[] bytes, int at) {
        if (at + HEADER_BYTES > bytes.length) {
            return 0;
        }
        int type = bytes[at + 6];
        int length = length(bytes, at);
        if (type < WHOLE
                || type > LAST
                || at + HEADER_BYTES + length > bytes.length
                || at % BLOCK_BYTES + HEADER_BYTES + length > BLOCK_BYTES) {
            return 0;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, at + 6, length + 1);
        int value = (int) crc.getValue();
        int masked = (value >>> 15 | value << 17) + MASK_DELTA;
        return ByteBuffer.wrap(bytes, at, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() == masked ? type : 0;
    }
}
