package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;

/**
 * What an original's bytes are now, read from first to last.
 *
 * @param crc32cPerMiB as a {@link org.liuhen.storage.Manifest} lists them
 */
public record Contents(Fingerprint fingerprint, long sizeBytes, List<String> crc32cPerMiB) {
    private static final int READ_BYTES = 1 << 20;
    private static final ThreadLocal<ByteBuffer> READ_BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES));

    public Contents {
        crc32cPerMiB = List.copyOf(crc32cPerMiB);
    }

    /**
     * Reads an original. Holds one buffer of one MiB for each thread that ever does.
     *
     * @throws StorageFailure {@code MISSING}; {@code CORRUPT} if it cannot be read to its end
     */
    public static Contents of(Vault vault, OriginalKey key, Pace pace) throws StorageFailure {
        Fingerprinting fingerprinting = new Fingerprinting();
        ByteBuffer buffer = READ_BUFFER.get();
        try (SeekableByteChannel channel = vault.open(key)) {
            for (int read = channel.read(buffer.clear()); read >= 0; read = channel.read(buffer.clear())) {
                fingerprinting.add(buffer.flip());
                pace.read(read);
            }
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "original: cannot be read past " + fingerprinting.sizeBytes() + " bytes: " + e.getMessage()
                            + ", recording=" + key.id(),
                    e);
        }
        return new Contents(fingerprinting.fingerprint(), fingerprinting.sizeBytes(), fingerprinting.crc32cPerMiB());
    }

    /**
     * Which MiB blocks, counted from 0, are not as they were, ascending: by their CRC-32C, because they are missing, or
     * because they are past the end.
     *
     * @param expected as a manifest lists them
     */
    public List<Long> differencePerMiB(List<String> expected) {
        List<Long> rotten = new ArrayList<>();
        for (int block = 0; block < Math.max(expected.size(), crc32cPerMiB.size()); block++) {
            if (block >= expected.size()
                    || block >= crc32cPerMiB.size()
                    || !expected.get(block).equals(crc32cPerMiB.get(block))) {
                rotten.add((long) block);
            }
        }
        return rotten;
    }
}
