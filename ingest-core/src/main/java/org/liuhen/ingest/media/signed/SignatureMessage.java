package org.liuhen.ingest.media.signed;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.playback.UnitBytes;

/**
 * A message of a camera about its own pictures, as it stands in a unit of supplemental information:
 *
 * <pre>
 * unit header | 5 | size, 255 255 … n | UUID, 16 bytes | flags | tag, length, value … | tag of the signature … | 0x80
 * </pre>
 *
 * The signature is of everything before its tag, with or without the bytes that keep start codes from appearing, as a
 * flag says. Lengths are two bytes, in Axis Signed Video one byte for two of the tags.
 */
final class SignatureMessage {
    /** Whose format a message has. */
    enum Scheme {
        AXIS("Axis Signed Video"),
        ONVIF("ONVIF Media Signing");

        private final String title;

        Scheme(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** A message that claims to be one of these, but cannot be read. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String what) {
            super(what);
        }

        Unreadable(String what, Throwable cause) {
            super(what, cause);
        }
    }

    private static final byte[] AXIS_ID = "Signed Video...0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ONVIF_ID = HexFormat.of().parseHex("005bc93f2d715e95ada4796f90877a6f");
    private static final int UNREGISTERED_USER_DATA = 5;
    private static final int LONGEST_BYTES = 256 << 10;
    private static final Map<String, String> DIGESTS = Map.of(
            "0609608648016503040201", "SHA-256",
            "0609608648016503040202", "SHA-384",
            "0609608648016503040203", "SHA-512");

    final Scheme scheme;
    /** What is signed; of a message without a signature all of it. */
    final byte[] document;
    /** Null if there is none. */
    byte @Nullable [] signature;
    /** Null if the message only brings keys. */
    @Nullable
    Statement statement;
    /** PEM, one certificate after the other, the camera's first; or null. */
    @Nullable
    String certificates;
    /** PEM; or null. */
    @Nullable
    String publicKey;
    /** Axis: how the camera's chip vouches for its key; or null. */
    byte @Nullable [] attestation;

    String digest = "SHA-256";
    String vendor = "";
    String serial = "";

    private int earlyHashType = 1;

    private SignatureMessage(Scheme scheme, byte[] document) {
        this.scheme = scheme;
        this.document = document;
    }

    /**
     * Reads a unit of supplemental information.
     *
     * @param unit without trailing zeros
     * @return empty if it is about something else
     */
    static Optional<SignatureMessage> read(byte[] unit, PictureCoding coding) throws Unreadable {
        int at = coding.headerBytes();
        if (unit.length < at + 2 || unit[at] != UNREGISTERED_USER_DATA) {
            return Optional.empty();
        }
        int sizeBytes = 0;
        for (at++; at < unit.length && unit[at] == (byte) 0xff; at++) {
            sizeBytes += 0xff;
        }
        if (at + 1 + AXIS_ID.length >= unit.length) {
            return Optional.empty();
        }
        sizeBytes += unit[at++] & 0xff;
        byte[] id = Arrays.copyOfRange(unit, at, at + AXIS_ID.length);
        boolean axis = Arrays.equals(id, AXIS_ID);
        if (!axis && !Arrays.equals(id, ONVIF_ID)) {
            return Optional.empty();
        }
        if (unit.length > LONGEST_BYTES) {
            throw new Unreadable("it is too long");
        }
        Unescaped plain = new Unescaped(unit, unit.length == at + sizeBytes + 1);
        if (plain.bytes.length < at + sizeBytes || sizeBytes <= AXIS_ID.length) {
            throw new Unreadable("it breaks off");
        }
        try {
            return Optional.of(parse(axis ? Scheme.AXIS : Scheme.ONVIF, unit, plain, at, at + sizeBytes));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new Unreadable("its lengths do not fit", e);
        }
    }

    private static SignatureMessage parse(Scheme scheme, byte[] unit, Unescaped plain, int idAt, int end)
            throws Unreadable {
        int flags = plain.bytes[idAt + AXIS_ID.length];
        boolean signedEscaped = (flags & (scheme == Scheme.AXIS ? 0x80 : 0x40)) != 0;
        int tagsAt = idAt + AXIS_ID.length + 1;
        int signatureAt = signatureTag(scheme, plain.bytes, tagsAt, end);
        byte[] document;
        if (signatureAt < 0) {
            document = signedEscaped ? unit : plain.bytes;
        } else if (signedEscaped) {
            document = Arrays.copyOf(unit, plain.escapedEnd(signatureAt));
        } else {
            document = Arrays.copyOf(plain.bytes, signatureAt);
        }
        SignatureMessage message = new SignatureMessage(scheme, document);
        int at = tagsAt;
        byte @Nullable [] general = null;
        byte @Nullable [] hashes = null;
        while (at < end) {
            int tag = plain.bytes[at];
            ByteBuffer value = value(scheme, plain.bytes, at, end);
            at = value.position() + value.remaining();
            ByteBuffer content = value.slice();
            if (tag == 1) {
                general = rest(content);
            } else if (tag == (scheme == Scheme.AXIS ? 4 : 2)) {
                content.get();
                hashes = rest(content);
            } else if (scheme == Scheme.AXIS) {
                message.takeAxis(tag, content);
            } else {
                message.takeOnvif(tag, content);
            }
        }
        if (general != null) {
            message.statement = scheme == Scheme.AXIS
                    ? message.axisStatement(ByteBuffer.wrap(general), hashes)
                    : message.onvifStatement(ByteBuffer.wrap(general), hashes);
        }
        return message;
    }

    /** A value between its length and its end, of the tag at this place. */
    private static ByteBuffer value(Scheme scheme, byte[] bytes, int at, int end) {
        int tag = bytes[at];
        boolean shortLength = scheme == Scheme.AXIS && (tag == 1 || tag == 7);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at + 1, end - at - 1);
        int length = shortLength ? buffer.get() & 0xff : buffer.getShort() & 0xffff;
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        return buffer.limit(buffer.position() + length);
    }

    /** Where the tag of the signature stands; negative if there is none. */
    private static int signatureTag(Scheme scheme, byte[] bytes, int tagsAt, int end) {
        int at = tagsAt;
        while (at < end) {
            if (bytes[at] == (scheme == Scheme.AXIS ? 5 : 3)) {
                return at;
            }
            ByteBuffer value = value(scheme, bytes, at, end);
            at = value.limit();
        }
        return -1;
    }

    private void takeAxis(int tag, ByteBuffer value) throws Unreadable {
        int version = value.get();
        switch (tag) {
            case 2 -> publicKey = text(value, version < 2 ? 1 : 0);
            case 3 -> {
                shortText(value);
                shortText(value);
                serial = shortText(value);
                vendor = shortText(value);
            }
            case 5 -> {
                value.get();
                if (version < 2) {
                    earlyHashType = value.get();
                }
                takeSignature(value);
            }
            case 6 -> {}
            case 7 -> takeDigest(value);
            case (byte) 129 -> {
                attestation = bytes(value, value.get() & 0xff);
                certificates = text(value, 0);
            }
            default -> throw new Unreadable("it has an unknown part");
        }
    }

    private void takeOnvif(int tag, ByteBuffer value) throws Unreadable {
        value.get();
        switch (tag) {
            case 3 -> takeSignature(value);
            case 4 -> takeDigest(value);
            case 5 -> {
                shortText(value);
                serial = shortText(value);
                vendor = shortText(value);
            }
            case 6 -> certificates = text(value, 1);
            case 7 -> {}
            default -> throw new Unreadable("it has an unknown part");
        }
    }

    private void takeSignature(ByteBuffer value) {
        signature = bytes(value, value.getShort() & 0xffff);
    }

    private void takeDigest(ByteBuffer value) throws Unreadable {
        String oid = HexFormat.of().formatHex(bytes(value, value.get() & 0xff));
        String name = DIGESTS.get(oid);
        if (name == null) {
            throw new Unreadable("it is hashed in a way that is not known here");
        }
        digest = name;
    }

    private Statement axisStatement(ByteBuffer general, byte @Nullable [] hashes) throws Unreadable {
        int version = general.get();
        if (version < 1 || version > 4) {
            throw new Unreadable("it is of a later version: " + version);
        }
        long number = general.getInt() & 0xffffffffL;
        int count = general.getShort() & 0xffff;
        general.position(general.position() + 3);
        int flags = version >= 2 ? general.get() : 0;
        @Nullable Long from = (flags & 1) != 0 ? (Long) general.getLong() : null;
        if ((flags & 1) != 0 && version >= 4) {
            general.getLong();
        }
        boolean early = version < 3;
        int hashBytes = general.remaining() / 2;
        byte @Nullable [] link = early ? null : bytes(general, hashBytes);
        byte @Nullable [] group = early ? null : bytes(general, hashBytes);
        boolean signsGroup = early && earlyHashType == 0;
        return new Statement(number, count, (flags & 2) != 0, early, group, link, hashes, signsGroup, from);
    }

    private Statement onvifStatement(ByteBuffer general, byte @Nullable [] hashes) throws Unreadable {
        int version = general.get();
        if (version < 1 || version > 2) {
            throw new Unreadable("it is of a later version: " + version);
        }
        general.position(general.position() + 3);
        boolean partial = general.get() != 0;
        long from = SigningTime.microsecondsOfOnvif(general.getLong());
        if (version >= 2) {
            general.getLong();
        }
        long number = general.getInt() & 0xffffffffL;
        int count = general.getShort() & 0xffff;
        int hashBytes = general.remaining() / 2;
        byte[] group = bytes(general, hashBytes);
        byte[] link = bytes(general, hashBytes);
        return new Statement(number, count, partial, false, group, link, hashes, false, from);
    }

    private static byte[] bytes(ByteBuffer from, int count) {
        byte[] bytes = new byte[count];
        from.get(bytes);
        return bytes;
    }

    private static byte[] rest(ByteBuffer from) {
        return bytes(from, from.remaining());
    }

    private static String text(ByteBuffer from, int skip) {
        from.position(from.position() + skip);
        return new String(rest(from), StandardCharsets.US_ASCII);
    }

    /** What comes from outside is shown to people: letters, digits and the like only. */
    private static String shortText(ByteBuffer from) {
        String text = new String(bytes(from, from.get() & 0xff), StandardCharsets.UTF_8);
        return text.replaceAll("[^\\p{L}\\p{N} ._:/@+-]", "").strip();
    }

    /** A unit without the bytes that keep start codes from appearing, and where its bytes were. */
    private static final class Unescaped {
        final byte[] bytes;
        private final byte[] escaped;

        Unescaped(byte[] unit, boolean plainAlready) {
            this.escaped = unit;
            if (plainAlready) {
                bytes = unit;
                return;
            }
            bytes = UnitBytes.plain(unit);
        }

        /** Where the first so many plain bytes end in the unit. */
        int escapedEnd(int plainEnd) {
            if (bytes == escaped) {
                return plainEnd;
            }
            int zeros = 0;
            int plain = 0;
            int at = 0;
            while (plain < plainEnd) {
                byte value = escaped[at++];
                if (zeros >= 2 && value == 3) {
                    zeros = 0;
                    continue;
                }
                zeros = value == 0 ? zeros + 1 : 0;
                plain++;
            }
            return at;
        }
    }
}
