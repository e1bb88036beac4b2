package org.liuhen.ingest.media.signed;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ways in which units are hashed, alone, chained and together. */
final class Hashing {
    /** What the chain of a group begins with in the first version of Axis Signed Video. */
    private static final byte[] EARLY_SALT = {1};

    private final MessageDigest digest;

    Hashing(String algorithm) {
        try {
            this.digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    byte[] of(byte[] bytes) {
        return digest.digest(bytes);
    }

    byte[] chained(byte[] anchor, byte[] hash) {
        digest.update(anchor);
        return digest.digest(hash);
    }

    /** Of units one after the other; null if one cannot be hashed. */
    byte @Nullable [] group(List<PictureUnit> units) {
        digest.reset();
        for (PictureUnit unit : units) {
            if (unit.hash == null) {
                return null;
            }
            digest.update(unit.hash);
        }
        return digest.digest();
    }

    /**
     * As the first version of Axis Signed Video did it.
     *
     * @param closing the unit that opens the next group
     * @param document of the message itself
     */
    byte @Nullable [] earlyGroup(List<PictureUnit> units, @Nullable PictureUnit closing, byte[] document) {
        byte[] chain = of(EARLY_SALT);
        for (PictureUnit unit : units) {
            if (unit.hash == null) {
                return null;
            }
            chain = chained(chain, unit.hash);
        }
        if (closing != null) {
            if (closing.closingHash == null) {
                return null;
            }
            chain = chained(chain, closing.closingHash);
        }
        return chained(chain, of(document));
    }
}
