package org.liuhen.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.SecretFile;

/**
 * Makes positions in a list into opaque cursors and back. A cursor is Base64url of the position and the first 16 bytes
 * of HMAC-SHA-256(key, length of the list's name, list, position): only this store makes it, and only for that list.
 *
 * <table>
 *   <caption>{@code cursor-key}, lines of text, format 1</caption>
 *   <tr><td>1</td><td>{@code liuhen cursor key 1}</td></tr>
 *   <tr><td>2</td><td>the key, 64 hexadecimal digits</td></tr>
 * </table>
 */
final class Cursors {
    static final String FILE = "cursor-key";
    private static final String MAGIC = "liuhen cursor key 1";
    private static final int KEY_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final int MAX_CHARS = 512;

    private final SecretKeySpec key;

    private Cursors(byte[] key) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    static Cursors fresh(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new Cursors(key);
    }

    /** With the key in {@code keysFolder}, made if there is none. */
    static Cursors open(Path keysFolder, SecureRandom random) throws StorageFailure {
        List<String> lines = SecretFile.readOrCreate(keysFolder.resolve(FILE), () -> {
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            return List.of(MAGIC, HexFormat.of().formatHex(key));
        });
        if (lines.size() != 2 || !lines.get(0).equals(MAGIC) || !lines.get(1).matches("[0-9a-f]{64}")) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "cursor key: unreadable (expected: " + MAGIC + "), file=" + keysFolder.resolve(FILE));
        }
        return new Cursors(HexFormat.of().parseHex(lines.get(1)));
    }

    /** @param list what is listed, with everything that selects its items */
    String seal(String kind, Object list, byte[] position) {
        byte[] sealed = Arrays.copyOf(position, position.length + TAG_BYTES);
        System.arraycopy(tag(kind, list, position), 0, sealed, position.length, TAG_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /**
     * The position in {@code cursor}, null for none.
     *
     * @throws InvalidField {@code cursor}, if it was not sealed for this list by this store
     */
    byte @Nullable [] open(String kind, Object list, @Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        byte[] sealed = decode(cursor);
        if (sealed.length <= TAG_BYTES) {
            throw foreign();
        }
        byte[] position = Arrays.copyOf(sealed, sealed.length - TAG_BYTES);
        byte[] tag = Arrays.copyOfRange(sealed, position.length, sealed.length);
        if (!MessageDigest.isEqual(tag, tag(kind, list, position))) {
            throw foreign();
        }
        return position;
    }

    private static byte[] decode(String cursor) {
        if (cursor.length() > MAX_CHARS) {
            throw foreign();
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(cursor);
            // Spare bits in the last digit would let one position have several spellings.
            if (!Base64.getUrlEncoder().withoutPadding().encodeToString(sealed).equals(cursor)) {
                throw foreign();
            }
            return sealed;
        } catch (InvalidField e) {
            throw e;
        } catch (IllegalArgumentException e) {
            InvalidField failure = foreign();
            failure.initCause(e);
            throw failure;
        }
    }

    private static InvalidField foreign() {
        return new InvalidField("cursor", "is not one that this store made for this list");
    }

    private byte[] tag(String kind, Object list, byte[] position) {
        try {
            byte[] name = (kind + " " + StoredJson.MAPPER.writeValueAsString(list)).getBytes(StandardCharsets.UTF_8);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(java.nio.ByteBuffer.allocate(Integer.BYTES).putInt(0, name.length));
            mac.update(name);
            return Arrays.copyOf(mac.doFinal(position), TAG_BYTES);
        } catch (GeneralSecurityException | JsonProcessingException e) {
            throw new IllegalStateException("cursor: cannot be sealed, list=" + list, e);
        }
    }
}
