package org.liuhen.ingest.media.signed;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.signed.SampleUnits.Unit;

/**
 * A camera that signs pictures of noise as the specifications of Axis Signed Video and ONVIF Media Signing say. Written
 * from these, apart from what it tests.
 */
final class SigningCamera {
    /** How it signs. */
    enum Style {
        ONVIF,
        AXIS,
        AXIS_EARLY
    }

    Style style = Style.ONVIF;
    PictureCoding coding = PictureCoding.H264;
    KeyPair keys = TestAuthority.keys("EC");

    @Nullable
    String chain;

    String digest = "SHA-256";
    boolean listsHashes = true;
    boolean signsEscaped;
    /** How many groups one signature is for. */
    int groupsToSignature = 1;
    /** A signature within a group after so many pictures; 0 for none. */
    int partialAfter;
    /** Units that come before the message about those before them; 0: it comes before the next group. */
    int delayUnits = 1;

    Instant at = Instant.parse("2025-06-01T10:00:00Z");

    private final Random noise = new Random(20251122);
    private final List<Unit> stream = new ArrayList<>();
    private final List<byte[]> hashes = new ArrayList<>();
    private final Deque<Due> due = new ArrayDeque<>();
    private byte[] anchor = new byte[0];
    private byte[] link = new byte[32];
    private byte[] nextLink = new byte[32];
    private int number;
    private int groupsLeft;
    private int picture = -1;

    private static final class Due {
        private final byte[] plain;
        private final boolean signed;
        private int wait;

        Due(byte[] plain, boolean signed, int wait) {
            this.plain = plain;
            this.signed = signed;
            this.wait = wait;
        }
    }

    SigningCamera onvif(TestAuthority maker) {
        style = Style.ONVIF;
        chain = maker.chain("Camera 1", keys.getPublic());
        return this;
    }

    List<Unit> record(int groups, int picturesInGroup) {
        groupsLeft = groupsToSignature;
        int length = hash(new byte[0]).length;
        link = new byte[length];
        nextLink = new byte[length];
        for (int group = 0; group < groups; group++) {
            for (int i = 0; i < picturesInGroup; i++) {
                picture++;
                boolean opens = i == 0;
                boolean part = partialAfter > 0 && i > 0 && i % partialAfter == 0;
                picture(opens, part);
            }
        }
        return List.copyOf(stream);
    }

    private void picture(boolean opens, boolean part) {
        byte[] first = unit(opens, true);
        byte[] own = hash(first);
        boolean begins = (opens || part) && !hashes.isEmpty();
        if (style == Style.AXIS_EARLY && opens) {
            hashes.add(anchor.length == 0 ? own : hash(anchor, own));
            message(false);
        } else if (begins) {
            message(part);
        }
        emitDue();
        byte[] chained = opens ? own : hash(anchor, own);
        if (opens) {
            anchor = own;
        }
        if (opens || part) {
            link = nextLink;
            nextLink = chained;
        }
        hashes.add(chained);
        put(first);
        byte[] second = unit(opens, false);
        hashes.add(hash(anchor, hash(second)));
        put(second);
    }

    private void put(byte[] unit) {
        stream.add(new Unit(unit, picture));
        due.forEach(message -> message.wait--);
    }

    private void emitDue() {
        while (!due.isEmpty() && due.peek().wait <= 0) {
            Due message = due.remove();
            byte[] unit = escaped(message.plain);
            stream.add(new Unit(unit, picture));
            if (!message.signed) {
                hashes.add(hash(signsEscaped ? unit : message.plain));
            }
        }
    }

    private byte[] unit(boolean opens, boolean first) {
        byte[] body = new byte[40 + noise.nextInt(40)];
        noise.nextBytes(body);
        body[0] = (byte) (first ? body[0] | 0x80 : body[0] & 0x7f);
        body[body.length - 1] = (byte) 0x80;
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        if (coding == PictureCoding.H264) {
            unit.write(opens ? 0x65 : 0x41);
        } else {
            unit.write(opens ? 0x28 : 0x02);
            unit.write(1);
        }
        unit.writeBytes(body);
        return unit.toByteArray();
    }

    private void message(boolean part) {
        number++;
        if (!part) {
            groupsLeft--;
        }
        boolean signs = groupsLeft == 0 || part;
        if (groupsLeft == 0) {
            groupsLeft = groupsToSignature;
        }
        ByteArrayOutputStream tags = new ByteArrayOutputStream();
        if (style == Style.ONVIF) {
            onvifTags(tags, part);
        } else {
            axisTags(tags, part);
        }
        hashes.clear();
        due.add(new Due(message(tags.toByteArray(), signs), signs, delayUnits));
    }

    private void onvifTags(ByteArrayOutputStream tags, boolean part) {
        String oid = digest.equals("SHA-512") ? "0609608648016503040203" : "0609608648016503040201";
        tag(tags, 4, HexFormat.of().parseHex("010b" + oid + "000000"));
        tag(tags, 5, concat(new byte[] {1}, text("1.0"), text("SN-1"), text("Maker")));
        byte[] certificates = String.valueOf(chain).getBytes(StandardCharsets.US_ASCII);
        tag(tags, 6, concat(new byte[] {1, 0}, certificates));
        byte[] group = hash(hashes.toArray(byte[][]::new));
        long ticks = (at.getEpochSecond() + 11_644_473_600L) * 10_000_000L;
        ByteBuffer general = ByteBuffer.allocate(27 + 2 * group.length);
        general.put((byte) 2).put(new byte[] {24, 12, 0}).put((byte) (part ? 1 : 0));
        general.putLong(ticks).putLong(ticks).putInt(number).putShort((short) hashes.size());
        general.put(group).put(link);
        tag(tags, 1, general.array());
        if (listsHashes) {
            tag(tags, 2, concat(new byte[] {1}, concat(hashes.toArray(byte[][]::new))));
        }
    }

    private void axisTags(ByteArrayOutputStream tags, boolean part) {
        byte[] key =
                TestAuthority.pem("PUBLIC KEY", keys.getPublic().getEncoded()).getBytes(StandardCharsets.US_ASCII);
        tag(
                tags,
                3,
                concat(new byte[] {2}, text("HW"), text("1.0"), text("SN-1"), text("Maker"), text("maker.example")));
        tag(tags, 2, concat(new byte[] {2}, key));
        boolean early = style == Style.AXIS_EARLY;
        byte[] group = hash(hashes.toArray(byte[][]::new));
        ByteBuffer general = ByteBuffer.allocate(early ? 10 : 27 + 2 * group.length);
        general.put((byte) (early ? 1 : 4)).putInt(number).putShort((short) hashes.size());
        general.put(new byte[] {2, 3, 0});
        if (!early) {
            long microseconds = at.getEpochSecond() * 1_000_000L;
            general.put((byte) (part ? 3 : 1)).putLong(microseconds).putLong(microseconds);
            general.put(link).put(group);
        }
        tags.write(1);
        tags.write(general.capacity());
        tags.writeBytes(general.array());
        if (listsHashes || early) {
            tag(tags, 4, concat(new byte[] {1}, concat(hashes.toArray(byte[][]::new))));
        }
    }

    /** The whole unit, without what keeps start codes from appearing. */
    private byte[] message(byte[] tags, boolean signs) {
        int signatureBytes = keys.getPublic().getAlgorithm().equals("EC") ? 72 : 256;
        boolean onvif = style == Style.ONVIF;
        int lead = onvif ? 3 : style == Style.AXIS_EARLY ? 5 : 4;
        int size = 17 + tags.length + (signs ? 3 + lead + signatureBytes : 0);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        plain.writeBytes(coding == PictureCoding.H264 ? new byte[] {6} : new byte[] {0x4e, 1});
        plain.write(5);
        for (int left = size; ; left -= 255) {
            plain.write(Math.min(left, 255));
            if (left < 255) {
                break;
            }
        }
        plain.writeBytes(
                onvif
                        ? HexFormat.of().parseHex("005bc93f2d715e95ada4796f90877a6f")
                        : "Signed Video...0".getBytes(StandardCharsets.US_ASCII));
        plain.write(signsEscaped ? (onvif ? 0x40 : 0x80) : 0);
        plain.writeBytes(tags);
        if (signs) {
            byte[] document = signsEscaped ? escaped(plain.toByteArray()) : plain.toByteArray();
            byte[] signature = sign(document);
            ByteBuffer value = ByteBuffer.allocate(lead + signatureBytes);
            value.put(new byte[] {(byte) (onvif || lead == 5 ? 1 : 2)});
            value.position(lead - 2);
            value.putShort((short) signature.length).put(signature);
            while (value.hasRemaining()) {
                value.put((byte) 1);
            }
            tag(plain, onvif ? 3 : 5, withType(value.array(), lead));
        }
        plain.write(0x80);
        return plain.toByteArray();
    }

    private static byte[] withType(byte[] value, int lead) {
        if (lead == 5) {
            value[2] = 1;
        }
        return value;
    }

    private byte[] sign(byte[] document) {
        try {
            boolean elliptic = keys.getPublic().getAlgorithm().equals("EC");
            String hash = digest.replace("-", "");
            Signature signature;
            if (elliptic) {
                signature = Signature.getInstance(hash + "withECDSA");
            } else if (style == Style.ONVIF) {
                signature = Signature.getInstance("RSASSA-PSS");
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 222, 1));
            } else {
                signature = Signature.getInstance("SHA256withRSA");
            }
            signature.initSign(keys.getPrivate());
            signature.update(document);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] hash(byte[]... parts) {
        try {
            MessageDigest hash = MessageDigest.getInstance(digest);
            for (byte[] part : parts) {
                hash.update(part);
            }
            return hash.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void tag(ByteArrayOutputStream tags, int tag, byte[] value) {
        tags.write(tag);
        tags.write(value.length >> 8);
        tags.write(value.length);
        tags.writeBytes(value);
    }

    private static byte[] text(String text) {
        return concat(new byte[] {(byte) text.length()}, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] escaped(byte[] plain) {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        int zeros = 0;
        for (byte value : plain) {
            if (zeros >= 2 && value >= 0 && value <= 3) {
                unit.write(3);
                zeros = 0;
            }
            unit.write(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }
        return unit.toByteArray();
    }
}
