package org.liuhen.tools.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One entry of a zip as its central directory describes it.
 *
 * @param name a path that is safe on every system
 * @param deflated whether it is deflated rather than stored
 * @param flags the general purpose flags
 * @param time when it was changed, as zips write it
 * @param crc32 of the contents
 * @param packedBytes how many bytes the contents have in the zip
 * @param sizeBytes how many bytes they have
 * @param offsetBytes where its local header begins
 */
record ZipRecord(
        String name,
        boolean deflated,
        int flags,
        int time,
        long crc32,
        long packedBytes,
        long sizeBytes,
        long offsetBytes) {
    static final int SIGNATURE = 0x02014b50;
    static final int FIXED_BYTES = 46;

    static final int ENCRYPTED = 1;
    static final int DESCRIPTOR = 1 << 3;
    private static final int UTF_8 = 1 << 11;
    /** Compression options of deflate, which say nothing about the contents. */
    private static final int OPTIONS = 0b110;

    private static final int STORE = 0;
    private static final int DEFLATE = 8;
    private static final int ZIP64_FIELD = 0x0001;
    private static final int UNICODE_PATH_FIELD = 0x7075;
    private static final long ESCAPE_32 = 0xffff_ffffL;
    private static final int UNIX = 3;
    private static final int MACINTOSH = 19;
    private static final int TYPE_MASK = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int FOLDER = 0x4000;
    private static final int LONGEST_NAME = 1_000;

    boolean isFolder() {
        return name.endsWith("/");
    }

    boolean hasDescriptor() {
        return (flags & DESCRIPTOR) != 0;
    }

    /**
     * Reads a record of the central directory.
     *
     * @param in at its begin, little-endian; left behind its end
     */
    static ZipRecord read(ByteBuffer in) throws Refutation {
        require(in.remaining() >= FIXED_BYTES && in.getInt(in.position()) == SIGNATURE, "zip: directory is torn");
        int at = in.position();
        int system = in.get(at + 5) & 0xff;
        int flags = in.getShort(at + 8) & 0xffff;
        int method = in.getShort(at + 10) & 0xffff;
        int time = in.getInt(at + 12);
        long crc32 = in.getInt(at + 16) & ESCAPE_32;
        int nameBytes = in.getShort(at + 28) & 0xffff;
        int extraBytes = in.getShort(at + 30) & 0xffff;
        int commentBytes = in.getShort(at + 32) & 0xffff;
        int disk = in.getShort(at + 34) & 0xffff;
        int mode = in.getInt(at + 38) >>> 16;
        in.position(at + FIXED_BYTES);
        require(in.remaining() >= nameBytes + extraBytes + commentBytes, "zip: directory is torn");
        String name = name(in, nameBytes, flags);
        Sizes sizes = new Sizes(
                in.getInt(at + 24) & ESCAPE_32, in.getInt(at + 20) & ESCAPE_32, in.getInt(at + 42) & ESCAPE_32);
        ByteBuffer extra = in.slice().limit(extraBytes).slice().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + extraBytes + commentBytes);
        sizes.widen(extra, name);
        require(disk == 0, "zip: is one of several volumes, entry " + name);
        require(method == STORE || method == DEFLATE, "zip: is packed by method " + method + ", entry " + name);
        require((flags & ~(DESCRIPTOR | UTF_8 | OPTIONS)) == 0, "zip: is encrypted or patched, entry " + name);
        require(method == DEFLATE || sizes.packed == sizes.size, "zip: is stored in another size, entry " + name);
        if (system == UNIX || system == MACINTOSH) {
            int type = mode & TYPE_MASK;
            require(
                    type == 0 || type == (name.endsWith("/") ? FOLDER : REGULAR),
                    "zip: is a link or a device, entry " + name);
        }
        require(!name.endsWith("/") || sizes.size == 0, "zip: is a folder with contents, entry " + name);
        return new ZipRecord(name, method == DEFLATE, flags, time, crc32, sizes.packed, sizes.size, sizes.offset);
    }

    /** Sizes and offset, which may be in a field of their own where 32 bits do not suffice. */
    private static final class Sizes {
        private long size;
        private long packed;
        private long offset;

        Sizes(long size, long packed, long offset) {
            this.size = size;
            this.packed = packed;
            this.offset = offset;
        }

        void widen(ByteBuffer extra, String name) throws Refutation {
            boolean found = false;
            while (extra.remaining() >= 4) {
                int id = extra.getShort() & 0xffff;
                int bytes = extra.getShort() & 0xffff;
                require(extra.remaining() >= bytes, "zip: has a torn extra field, entry " + name);
                require(id != UNICODE_PATH_FIELD, "zip: has a second name, entry " + name);
                ByteBuffer field = extra.slice().limit(bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
                extra.position(extra.position() + bytes);
                if (id == ZIP64_FIELD) {
                    require(!found, "zip: has two sizes, entry " + name);
                    found = true;
                    size = wide(size, field, name);
                    packed = wide(packed, field, name);
                    offset = wide(offset, field, name);
                }
            }
            require(
                    found || (size != ESCAPE_32 && packed != ESCAPE_32 && offset != ESCAPE_32),
                    "zip: lacks its size, entry " + name);
        }

        private static long wide(long narrow, ByteBuffer field, String name) throws Refutation {
            if (narrow != ESCAPE_32) {
                return narrow;
            }
            require(field.remaining() >= 8, "zip: lacks its size, entry " + name);
            long wide = field.getLong();
            require(wide >= 0, "zip: has no possible size, entry " + name);
            return wide;
        }
    }

    private static String name(ByteBuffer in, int bytes, int flags) throws Refutation {
        require(
                bytes > 0 && bytes <= LONGEST_NAME,
                "zip: has a name of " + bytes + " bytes (expected: 1 to " + LONGEST_NAME + ")");
        ByteBuffer raw = in.slice().limit(bytes);
        in.position(in.position() + bytes);
        String name;
        try {
            name = StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            throw new Refutation("zip: has a name that is not UTF-8", e);
        }
        SafePath.require(name);
        require(
                (flags & UTF_8) != 0 || name.chars().allMatch(c -> c < 0x80),
                "zip: does not say how it writes its name, entry " + name);
        return name;
    }

    static void require(boolean holds, String otherwise) throws Refutation {
        if (!holds) {
            throw new Refutation(otherwise);
        }
    }
}
