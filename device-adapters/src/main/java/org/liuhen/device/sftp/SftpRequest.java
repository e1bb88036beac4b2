package org.liuhen.device.sftp;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.naming.FileNames;

/** One request, to be read from front to back. Reading beyond its end is {@link Malformed}. */
final class SftpRequest {
    /** More than any client sends at once: OpenSSH stops at 256 KiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final int SIZE = 1;
    private static final int OWNER = 2;
    private static final int PERMISSIONS = 4;
    private static final int TIMES = 8;
    private static final int EXTENDED = 0x80000000;

    private final int type;
    private final ByteBuffer bytes;

    /** Not what the protocol says. */
    static final class Malformed extends IOException {
        Malformed(String message) {
            super(message, null);
        }
    }

    private SftpRequest(int type, ByteBuffer bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * Reads the next one; null at the end of the stream.
     *
     * @throws Malformed if it is longer than anybody sends, or shorter than it says
     */
    static @Nullable SftpRequest next(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        int first = in.read();
        if (first < 0) {
            return null;
        }
        byte[] rest = in.readNBytes(3);
        if (rest.length < 3) {
            return null;
        }
        int length = (first << 24) | ((rest[0] & 0xff) << 16) | ((rest[1] & 0xff) << 8) | (rest[2] & 0xff);
        if (length < 1 || length > MAX_BYTES) {
            throw new Malformed("request: length " + length + " (expected: 1 to " + MAX_BYTES + ")");
        }
        byte[] bytes = new byte[length];
        try {
            in.readFully(bytes);
        } catch (EOFException e) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new SftpRequest(buffer.get() & 0xff, buffer);
    }

    int type() {
        return type;
    }

    int number() throws Malformed {
        try {
            return bytes.getInt();
        } catch (BufferUnderflowException e) {
            throw tooShort();
        }
    }

    private static Malformed tooShort() {
        return new Malformed("request: shorter than its parts");
    }

    /** Negative for what no file has. */
    long offset() throws Malformed {
        try {
            return bytes.getLong();
        } catch (BufferUnderflowException e) {
            throw tooShort();
        }
    }

    ByteBuffer data() throws Malformed {
        int length = number();
        if (length < 0 || length > bytes.remaining()) {
            throw tooShort();
        }
        ByteBuffer data = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return data;
    }

    /** A name, whatever character set it came in. */
    String name() throws Malformed {
        ByteBuffer data = data();
        byte[] name = new byte[data.remaining()];
        data.get(name);
        return FileNames.decode(name);
    }

    /**
     * What is wished for a file's attributes; the rest is nobody's business here.
     *
     * @param sizeBytes empty if nothing is said
     */
    record Wishes(OptionalLong sizeBytes, Optional<Instant> modified) {}

    Wishes wishes() throws Malformed {
        int flags = number();
        OptionalLong size = (flags & SIZE) != 0 ? OptionalLong.of(offset()) : OptionalLong.empty();
        if ((flags & OWNER) != 0) {
            offset();
        }
        if ((flags & PERMISSIONS) != 0) {
            number();
        }
        Optional<Instant> modified = Optional.empty();
        if ((flags & TIMES) != 0) {
            number();
            modified = Optional.of(Instant.ofEpochSecond(Integer.toUnsignedLong(number())));
        }
        if ((flags & EXTENDED) != 0) {
            for (int count = number(); count > 0; count--) {
                data();
                data();
            }
        }
        return new Wishes(size, modified);
    }
}
