package org.liuhen.tools.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A zip read strictly: every byte of it belongs to exactly one entry or to the directory, both descriptions of each entry
 * agree, and every name is a plain path that no other entry has. So all programs read the same files out of it, which
 * zips do not promise by themselves. Never writes anything. Keeps the directory in memory, contents never. One thread.
 *
 * <p>What is refused, each by its own message: entries that overlap, repeat or leave gaps; paths that lead out; links;
 * encryption; several volumes; methods other than stored and deflated; more entries or more contents than {@link
 * #MOST_ENTRIES} and {@link #LARGEST_GROWTH} allow. Source: PKWARE APPNOTE 6.3.10.
 */
final class ZipArchive implements AutoCloseable {
    static final int MOST_ENTRIES = 200_000;
    /** How many times larger than the zip its contents may be: evidence is stored, papers pack to a tenth. */
    static final int LARGEST_GROWTH = 30;

    private static final int LARGEST_DIRECTORY = 256 << 20;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int DESCRIPTOR_SIGNATURE = 0x08074b50;
    private static final int ZIP64_FIELD = 0x0001;
    private static final int READ_BYTES = 1 << 20;

    private final FileChannel channel;
    private final long fileBytes;
    private final Map<String, Contents> entries = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** Where an entry's contents are. */
    private record Contents(ZipRecord record, long beginBytes) {}

    private record Directory(long beginBytes, long sizeBytes, long entries) {}

    private ZipArchive(FileChannel channel) throws IOException {
        this.channel = channel;
        this.fileBytes = channel.size();
    }

    /** @throws Refutation if it is not a zip that everybody reads alike */
    static ZipArchive open(Path file) throws IOException, Refutation {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            ZipArchive archive = new ZipArchive(channel);
            archive.readDirectory();
            return archive;
        } catch (IOException | Refutation | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The names of all files, in the order in which they lie in the zip. */
    List<String> names() {
        return names;
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** @param name one of {@link #names} */
    long sizeBytes(String name) {
        return contents(name).record.sizeBytes();
    }

    private Contents contents(String name) {
        Contents contents = entries.get(name);
        if (contents == null) {
            throw new IllegalArgumentException("entry: " + name + " (expected: one of names())");
        }
        return contents;
    }

    private void readDirectory() throws IOException, Refutation {
        Directory directory = end();
        require(
                directory.entries <= MOST_ENTRIES,
                "zip: has " + directory.entries + " entries (expected: at most " + MOST_ENTRIES + ")");
        require(directory.sizeBytes <= LARGEST_DIRECTORY, "zip: has a directory of " + directory.sizeBytes + " bytes");
        ByteBuffer in = read(directory.beginBytes, (int) directory.sizeBytes);
        List<ZipRecord> records = new ArrayList<>();
        while (in.hasRemaining()) {
            require(records.size() < directory.entries, "zip: has more entries than it says");
            records.add(ZipRecord.read(in));
        }
        require(
                records.size() == directory.entries,
                "zip: has " + records.size() + " entries (expected: " + directory.entries + ", as it says)");
        requireDistinct(records);
        requireModest(records);
        records.sort(Comparator.comparingLong(ZipRecord::offsetBytes));
        long at = 0;
        for (ZipRecord record : records) {
            require(
                    record.offsetBytes() == at,
                    "zip: entries overlap or leave a gap at byte " + at + ", entry " + record.name());
            long begin = begin(record);
            at = begin + record.packedBytes();
            require(
                    at >= begin && at <= directory.beginBytes,
                    "zip: reaches into the directory, entry " + record.name());
            at += descriptorBytes(record, at);
            if (!record.isFolder()) {
                entries.put(record.name(), new Contents(record, begin));
                names.add(record.name());
            }
        }
        require(at == directory.beginBytes, "zip: has bytes that belong to nothing, at byte " + at);
    }

    private Directory end() throws IOException, Refutation {
        require(fileBytes >= END_BYTES, "zip: has no end (expected: a whole zip; it may be cut off)");
        long endAt = fileBytes - END_BYTES;
        ByteBuffer end = read(endAt, END_BYTES);
        require(
                end.getInt(0) == END_SIGNATURE && end.getShort(20) == 0,
                "zip: has no end, or something behind it (expected: a whole zip; it may be cut off)");
        long entries = end.getShort(10) & 0xffffL;
        long size = end.getInt(12) & 0xffff_ffffL;
        long begin = end.getInt(16) & 0xffff_ffffL;
        require(
                end.getInt(4) == 0 && end.getShort(8) == end.getShort(10),
                "zip: is one of several volumes (expected: a single one)");
        if (endAt >= LOCATOR_BYTES + END64_BYTES
                && read(endAt - LOCATOR_BYTES, 4).getInt() == LOCATOR_SIGNATURE) {
            ByteBuffer locator = read(endAt - LOCATOR_BYTES, LOCATOR_BYTES);
            long end64At = endAt - LOCATOR_BYTES - END64_BYTES;
            ByteBuffer end64 = read(end64At, END64_BYTES);
            require(
                    locator.getLong(8) == end64At
                            && locator.getInt(4) == 0
                            && locator.getInt(16) == 1
                            && end64.getInt(0) == END64_SIGNATURE
                            && end64.getLong(4) == END64_BYTES - 12
                            && end64.getLong(16) == 0
                            && end64.getLong(24) == end64.getLong(32),
                    "zip: its two ends disagree");
            require(
                    agree(entries, 0xffff, end64.getLong(32))
                            && agree(size, 0xffff_ffffL, end64.getLong(40))
                            && agree(begin, 0xffff_ffffL, end64.getLong(48)),
                    "zip: its two ends disagree");
            entries = end64.getLong(32);
            size = end64.getLong(40);
            begin = end64.getLong(48);
            endAt = end64At;
        }
        require(
                begin >= 0 && size >= 0 && entries >= 0 && begin <= endAt && size == endAt - begin,
                "zip: its directory is not where its end says");
        return new Directory(begin, size, entries);
    }

    private static boolean agree(long narrow, long escape, long wide) {
        return narrow == escape || narrow == wide;
    }

    private static void requireDistinct(List<ZipRecord> records) throws Refutation {
        Set<String> files = new HashSet<>();
        Set<String> all = new HashSet<>();
        for (ZipRecord record : records) {
            String folded = SafePath.folded(record.name());
            require(all.add(folded), "zip: has two entries of one name: " + record.name());
            if (!record.isFolder()) {
                files.add(folded);
            }
        }
        for (ZipRecord record : records) {
            String folded = SafePath.folded(record.name());
            for (int slash = folded.indexOf('/'); slash > 0; slash = folded.indexOf('/', slash + 1)) {
                require(!files.contains(folded.substring(0, slash)), "zip: is below a file, entry " + record.name());
            }
        }
    }

    private void requireModest(List<ZipRecord> records) throws Refutation {
        long most = Math.max(1L << 20, fileBytes) * LARGEST_GROWTH;
        long size = 0;
        for (ZipRecord record : records) {
            size += record.sizeBytes();
            require(
                    record.packedBytes() <= fileBytes && size >= 0 && size <= most,
                    "zip: would unpack to more than " + LARGEST_GROWTH + " times its size (a zip bomb?)");
        }
    }

    /** Where the contents begin, after a local header that says the same as the directory. */
    private long begin(ZipRecord record) throws IOException, Refutation {
        String otherwise = "zip: the two descriptions of an entry disagree, entry " + record.name();
        require(record.offsetBytes() <= fileBytes - LOCAL_BYTES, otherwise);
        ByteBuffer head = read(record.offsetBytes(), LOCAL_BYTES);
        int nameBytes = head.getShort(26) & 0xffff;
        int extraBytes = head.getShort(28) & 0xffff;
        byte[] name = record.name().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        require(
                head.getInt(0) == LOCAL_SIGNATURE
                        && (head.getShort(6) & 0xffff) == record.flags()
                        && head.getShort(8) == (record.deflated() ? 8 : 0)
                        && head.getInt(10) == record.time()
                        && nameBytes == name.length
                        && record.offsetBytes() + LOCAL_BYTES + nameBytes + extraBytes <= fileBytes,
                otherwise);
        ByteBuffer rest = read(record.offsetBytes() + LOCAL_BYTES, nameBytes + extraBytes);
        require(rest.slice().limit(nameBytes).equals(ByteBuffer.wrap(name)), otherwise);
        long crc32 = head.getInt(14) & 0xffff_ffffL;
        long packed = head.getInt(18) & 0xffff_ffffL;
        long size = head.getInt(22) & 0xffff_ffffL;
        ByteBuffer wide = zip64(rest.position(nameBytes).slice().order(ByteOrder.LITTLE_ENDIAN), otherwise);
        if (wide.hasRemaining()) {
            require(wide.remaining() >= 16, otherwise);
            long wideSize = wide.getLong();
            long widePacked = wide.getLong();
            require(agree(size, 0xffff_ffffL, wideSize) && agree(packed, 0xffff_ffffL, widePacked), otherwise);
            size = wideSize;
            packed = widePacked;
        }
        boolean later = record.hasDescriptor() && crc32 == 0;
        require(
                (later || crc32 == record.crc32())
                        && (packed == record.packedBytes() || (record.hasDescriptor() && packed == 0))
                        && (size == record.sizeBytes() || (record.hasDescriptor() && size == 0)),
                otherwise);
        return record.offsetBytes() + LOCAL_BYTES + nameBytes + extraBytes;
    }

    private static ByteBuffer zip64(ByteBuffer extra, String otherwise) throws Refutation {
        ByteBuffer found = ByteBuffer.allocate(0);
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int bytes = extra.getShort() & 0xffff;
            require(extra.remaining() >= bytes, otherwise);
            if (id == ZIP64_FIELD) {
                require(!found.hasRemaining(), otherwise);
                found = extra.slice().limit(bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + bytes);
        }
        return found;
    }

    /** How long the description behind the contents is, which must say what the directory says; 0 if there is none. */
    private long descriptorBytes(ZipRecord record, long at) throws IOException, Refutation {
        if (!record.hasDescriptor()) {
            return 0;
        }
        for (int bytes : new int[] {16, 24, 12, 20}) {
            boolean signed = bytes % 8 == 0;
            boolean wide = bytes >= 20;
            if (at + bytes > fileBytes) {
                continue;
            }
            ByteBuffer in = read(at, bytes);
            if (signed && in.getInt() != DESCRIPTOR_SIGNATURE) {
                continue;
            }
            long crc32 = in.getInt() & 0xffff_ffffL;
            long packed = wide ? in.getLong() : in.getInt() & 0xffff_ffffL;
            long size = wide ? in.getLong() : in.getInt() & 0xffff_ffffL;
            if (crc32 == record.crc32()
                    && packed == record.packedBytes()
                    && size == record.sizeBytes()
                    && startsSomething(at + bytes)) {
                return bytes;
            }
        }
        throw new Refutation("zip: the two descriptions of an entry disagree, entry " + record.name());
    }

    private boolean startsSomething(long at) throws IOException {
        if (at > fileBytes - 4) {
            return false;
        }
        int signature = read(at, 4).getInt();
        return signature == LOCAL_SIGNATURE || signature == ZipRecord.SIGNATURE || signature == END64_SIGNATURE;
    }

    /** Takes contents as they come. */
    interface Taker {
        void take(byte[] bytes, int length);
    }

    /**
     * Hands over all of an entry's contents in pieces.
     *
     * @throws Refutation if they are not what the zip says: their size, their CRC-32, how they were deflated
     */
    void read(String name, Taker taker) throws IOException, Refutation {
        Contents contents = contents(name);
        ZipRecord record = contents.record;
        CRC32 crc32 = new CRC32();
        byte[] bytes = new byte[(int) Math.min(READ_BYTES, Math.max(1, record.sizeBytes()))];
        long left = record.sizeBytes();
        Inflater inflater = new Inflater(true);
        try (InputStream packed = new Packed(contents.beginBytes, record.packedBytes());
                InputStream in = record.deflated() ? new InflaterInputStream(packed, inflater, 1 << 16) : packed) {
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                left -= read;
                require(left >= 0, "zip: unpacks to more than it says, entry " + name);
                crc32.update(bytes, 0, read);
                taker.take(bytes, read);
            }
            require(
                    !record.deflated() || inflater.getBytesRead() == record.packedBytes(),
                    "zip: has bytes that belong to nothing, entry " + name);
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw new Refutation("zip: cannot be unpacked, entry " + name, e);
        } finally {
            inflater.end();
        }
        require(left == 0, "zip: unpacks to less than it says, entry " + name);
        require(crc32.getValue() == record.crc32(), "zip: CRC-32 differs, entry " + name);
    }

    /** The bytes of one entry as they lie in the zip. */
    private final class Packed extends InputStream {
        private long at;
        private long left;

        Packed(long at, long left) {
            this.at = at;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)), at);
            if (read < 0) {
                throw new IOException("zip: became shorter while it was read");
            }
            at += read;
            left -= read;
            return read;
        }
    }

    private ByteBuffer read(long at, int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            if (channel.read(in, at + in.position()) < 0) {
                throw new IOException("zip: became shorter while it was read");
            }
        }
        return in.flip();
    }

    private static void require(boolean holds, String otherwise) throws Refutation {
        ZipRecord.require(holds, otherwise);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
