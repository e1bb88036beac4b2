package org.liuhen.tools.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.Fingerprint;

/**
 * A bag being written into a zip that is being written into a stream. Every entry is stored, not deflated, and its size
 * and CRC-32 are known before its first byte, so each local header is complete and every reader of zips, also one that
 * cannot seek, can read it; past 4 GiB it is Zip64. Keeps one line for each file until the end. One thread.
 *
 * <p>A bag whose last entry is not {@link #finish finished} has no central directory: nobody takes it for whole. Source:
 * RFC 8493, PKWARE APPNOTE 6.3.10.
 */
final class BagWriter {
    private static final String DATA = "data/";

    private final ZipOutputStream zip;
    private final String folder;
    private final LocalDateTime at;
    private final StringBuilder manifest = new StringBuilder();
    private final StringBuilder tagManifest = new StringBuilder();
    private long payloadBytes;
    private long payloadFiles;

    /**
     * @param out not closed here
     * @param folder what everything in the zip is in
     * @param at the time of every entry
     */
    BagWriter(OutputStream out, String folder, LocalDateTime at) throws IOException {
        this.zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        this.folder = folder;
        this.at = at;
        document("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    }

    /** @param path in the bag; below {@code data/} it is payload, otherwise a tag file */
    void document(String path, String text) throws IOException {
        document(path, text.getBytes(StandardCharsets.UTF_8));
    }

    void document(String path, byte[] bytes) throws IOException {
        CRC32 crc32 = new CRC32();
        crc32.update(bytes);
        begin(path, bytes.length, crc32.getValue());
        zip.write(bytes);
        zip.closeEntry();
        note(path, Fingerprint.of(DigestUtils.sha256(bytes)), bytes.length);
    }

    /**
     * Copies an original and fingerprints it as it goes.
     *
     * @throws Damaged if the bytes are not those of {@code values}; the zip cannot be finished then
     */
    void original(String path, CheckValues values, ReadableByteChannel in, BooleanSupplier stopping)
            throws IOException, Damaged {
        begin(path, values.sizeBytes(), values.crc32());
        MessageDigest sha256 = DigestUtils.getSha256Digest();
        byte[] bytes = new byte[CheckValues.READ_BYTES];
        long sizeBytes = 0;
        for (int read = read(in, bytes); read >= 0; read = read(in, bytes)) {
            if (stopping.getAsBoolean()) {
                throw new IOException("export: the server stops");
            }
            sizeBytes += read;
            if (sizeBytes > values.sizeBytes()) {
                throw new Damaged("original: longer than " + values.sizeBytes() + " bytes (expected: as received)");
            }
            sha256.update(bytes, 0, read);
            zip.write(bytes, 0, read);
        }
        Fingerprint found = Fingerprint.of(sha256.digest());
        if (!found.equals(values.fingerprint())) {
            throw new Damaged("original: SHA-256 " + found + ", " + sizeBytes + " bytes (expected: "
                    + values.fingerprint() + ", " + values.sizeBytes() + " bytes)");
        }
        zip.closeEntry();
        note(path, found, sizeBytes);
    }

    private static int read(ReadableByteChannel in, byte[] bytes) throws Damaged {
        try {
            return in.read(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new Damaged("original: cannot be read: " + e.getMessage(), e);
        }
    }

    /** Sends what was written so far on its way. */
    void flush() throws IOException {
        zip.flush();
    }

    /**
     * Writes what describes the bag and ends the zip.
     *
     * @param info of {@code bag-info.txt}, in this order
     */
    void finish(Map<String, String> info) throws IOException {
        StringBuilder lines = new StringBuilder();
        info.forEach((label, value) ->
                lines.append(label).append(": ").append(oneLine(value)).append('\n'));
        lines.append("Payload-Oxum: ")
                .append(payloadBytes)
                .append('.')
                .append(payloadFiles)
                .append('\n');
        document("bag-info.txt", lines.toString());
        document("manifest-sha256.txt", manifest.toString());
        document("tagmanifest-sha256.txt", tagManifest.toString());
        zip.finish();
        zip.flush();
    }

    private static String oneLine(String value) {
        return value.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private void begin(String path, long sizeBytes, long crc32) throws IOException {
        ZipEntry entry = new ZipEntry(folder + "/" + path);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(sizeBytes);
        entry.setCompressedSize(sizeBytes);
        entry.setCrc(crc32);
        entry.setTimeLocal(at);
        zip.putNextEntry(entry);
    }

    private void note(String path, Fingerprint fingerprint, long sizeBytes) {
        boolean payload = path.startsWith(DATA);
        (payload ? manifest : tagManifest)
                .append(HexFormat.of().formatHex(fingerprint.bytes()))
                .append("  ")
                .append(path)
                .append('\n');
        if (payload) {
            payloadBytes += sizeBytes;
            payloadFiles++;
        }
    }
}
