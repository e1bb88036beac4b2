package org.liuhen.ingest.media.signed;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the secure chip of an Axis camera says of the key that it made: the chip's own key, which its certificate names,
 * signs the camera's key with the chip's number and the time of its counter.
 *
 * <pre>
 * attestation   header 2 | version 2 | object 4 | 1 | time 12 | length 2 | signature
 * signed        SHA-256 of the request 32 | 41 82 0041 key 65 | 42 82 0012 chip 18 | 43 82 0025 attributes 37
 *               | 44 82 0002 0020 | 4f 82 000c time 12
 * </pre>
 *
 * Source: signed-video-framework, Axis Communications part.
 */
final class AxisAttestation {
    private static final String CHIP = "Axis Edge Vault Attestation ";
    private static final int CHIP_BYTES = 18;
    private static final int OBJECT_BYTES = 4;
    private static final int TIME_BYTES = 12;
    private static final int POINT_BYTES = 65;
    private static final byte[] ATTRIBUTES =
            hex("7b00020129010000" + "7b000003000008" + "7b0000031f3c000008" + "00000000002000000200000000");
    private static final byte[] FRESHNESS = hex("92bbedfb9882ac16c7f01ae459059604");
    private static final byte[] REQUEST_BEGIN = hex("802200000000214104");
    private static final byte[] REQUEST_END = hex("4504f00000124601214710");

    private AxisAttestation() {}

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    static boolean vouches(SigningKey key, byte[] attestation) {
        try {
            ByteBuffer report = ByteBuffer.wrap(attestation);
            report.position(4 + OBJECT_BYTES);
            if (report.get() != 1) {
                return false;
            }
            byte[] time = new byte[TIME_BYTES];
            report.get(time);
            byte[] signature = new byte[report.getShort() & 0xffff];
            report.get(signature);
            X509Certificate chip = key.chain().get(0);
            Signature verification = Signature.getInstance("SHA256withECDSA");
            verification.initVerify(chip.getPublicKey());
            verification.update(signed(point(key.key()), number(chip), time));
            return !report.hasRemaining() && verification.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException | BufferUnderflowException ignored) {
            // whatever it is, it vouches for nothing
            return false;
        }
    }

    private static byte[] signed(byte[] point, byte[] chip, byte[] time) throws GeneralSecurityException {
        ByteBuffer request = ByteBuffer.allocate(40)
                .put(REQUEST_BEGIN)
                .put(ATTRIBUTES, 0, OBJECT_BYTES)
                .put(REQUEST_END)
                .put(FRESHNESS);
        byte[] requestHash = MessageDigest.getInstance("SHA-256").digest(request.array());
        ByteBuffer signed = ByteBuffer.allocate(32 + 4 + POINT_BYTES + 4 + CHIP_BYTES + 4 + 37 + 6 + 4 + TIME_BYTES)
                .put(requestHash)
                .put(hex("41820041"))
                .put(point)
                .put(hex("42820012"))
                .put(chip)
                .put(hex("43820025"))
                .put(ATTRIBUTES)
                .put(hex("448200020020"))
                .put(hex("4f82000c"))
                .put(time);
        return signed.array();
    }

    /** A key on the curve P-256 as the point it is; its usual encoding ends with that. */
    private static byte[] point(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded.length <= POINT_BYTES || encoded[encoded.length - POINT_BYTES] != 4) {
            throw new IllegalArgumentException("key: not a point of P-256");
        }
        return Arrays.copyOfRange(encoded, encoded.length - POINT_BYTES, encoded.length);
    }

    private static byte[] number(X509Certificate chip) {
        String name = chip.getSubjectX500Principal().getName();
        int at = name.indexOf(CHIP);
        if (at < 0 || name.length() < at + CHIP.length() + 2 * CHIP_BYTES) {
            throw new IllegalArgumentException("certificate: not of a chip");
        }
        return hex(name.substring(at + CHIP.length(), at + CHIP.length() + 2 * CHIP_BYTES));
    }
}
