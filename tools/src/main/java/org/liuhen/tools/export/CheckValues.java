package org.liuhen.tools.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Recording;

/**
 * The check values of an original that an export needs beside its SHA-256: SM3 for the transmittal list, CRC-32 for the
 * zip. Computing them costs a reading and, for SM3, far more than SHA-256; so they are kept as a custody event of the
 * recording, {@link EventKind#FINGERPRINTED}, whose details are this, version 1:
 *
 * <table>
 *   <caption>Details of the event</caption>
 *   <tr><td>values</td><td>1</td></tr>
 *   <tr><td>sha256, size</td><td>of the bytes that were read; hexadecimal, decimal</td></tr>
 *   <tr><td>sm3</td><td>64 lower-case hexadecimal digits. Source: GB/T 32905-2016</td></tr>
 *   <tr><td>crc32</td><td>8 lower-case hexadecimal digits, the polynomial of zip</td></tr>
 * </table>
 */
record CheckValues(Fingerprint fingerprint, long sizeBytes, String sm3, long crc32) {
    static final int READ_BYTES = 1 << 20;

    private static final String VERSION = "1";

    /** Reads all of {@code in} once. */
    static CheckValues of(ReadableByteChannel in, BooleanSupplier stopping) throws IOException {
        MessageDigest sha256 = DigestUtils.getSha256Digest();
        SM3Digest sm3 = new SM3Digest();
        CRC32 crc32 = new CRC32();
        byte[] bytes = new byte[READ_BYTES];
        long sizeBytes = 0;
        for (int read = in.read(ByteBuffer.wrap(bytes)); read >= 0; read = in.read(ByteBuffer.wrap(bytes))) {
            if (stopping.getAsBoolean()) {
                throw new IOException("export: the server stops");
            }
            sha256.update(bytes, 0, read);
            sm3.update(bytes, 0, read);
            crc32.update(bytes, 0, read);
            sizeBytes += read;
        }
        byte[] sm3Value = new byte[sm3.getDigestSize()];
        sm3.doFinal(sm3Value, 0);
        return new CheckValues(
                Fingerprint.of(sha256.digest()), sizeBytes, HexFormat.of().formatHex(sm3Value), crc32.getValue());
    }

    /** Whether these are values of the bytes that were received. */
    boolean isOf(Recording recording) {
        return fingerprint.equals(recording.fingerprint()) && sizeBytes == recording.sizeBytes();
    }

    /** As they were computed before, if they were. */
    static Optional<CheckValues> known(List<CustodyEvent> custody, Recording recording) {
        for (int i = custody.size() - 1; i >= 0; i--) {
            CustodyEvent event = custody.get(i);
            if (event.kind() == EventKind.FINGERPRINTED) {
                Optional<CheckValues> values = read(event.details()).filter(found -> found.isOf(recording));
                if (values.isPresent()) {
                    return values;
                }
            }
        }
        return Optional.empty();
    }

    Map<String, String> details() {
        return Map.of(
                "values",
                VERSION,
                "sha256",
                fingerprint.hex(),
                "size",
                Long.toString(sizeBytes),
                "sm3",
                sm3,
                "crc32",
                HexFormat.of().toHexDigits((int) crc32));
    }

    private static Optional<CheckValues> read(Map<String, String> details) {
        String sha256 = details.getOrDefault("sha256", "");
        String sizeBytes = details.getOrDefault("size", "");
        String sm3 = details.getOrDefault("sm3", "");
        String crc32 = details.getOrDefault("crc32", "");
        // of a newer version: computed again rather than guessed at
        if (!VERSION.equals(details.get("values"))
                || !sha256.matches("[0-9a-f]{64}")
                || !sizeBytes.matches("[0-9]{1,18}")
                || !sm3.matches("[0-9a-f]{64}")
                || !crc32.matches("[0-9a-f]{8}")) {
            return Optional.empty();
        }
        return Optional.of(new CheckValues(
                new Fingerprint(sha256), Long.parseLong(sizeBytes), sm3, HexFormat.fromHexDigitsToLong(crc32)));
    }
}
