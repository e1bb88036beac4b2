package org.liuhen.storage.ledger;

import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;

/** The hash functions of the log. Source: RFC 6962 section 2.1. */
public final class TreeHash {
    public static final int BYTES = 32;

    private TreeHash() {}

    /** What the log holds for an event: SHA-256(salt, event). Without the salt it says nothing about the event. */
    public static byte[] entry(byte[] salt, byte[] event) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(salt);
        return digest.digest(event);
    }

    /** The hash of a leaf: SHA-256(0x00, entry). */
    public static byte[] leaf(byte[] entry) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update((byte) 0);
        return digest.digest(entry);
    }

    /** The hash of an inner node: SHA-256(0x01, left, right). */
    public static byte[] node(byte[] left, byte[] right) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update((byte) 1);
        digest.update(left);
        return digest.digest(right);
    }

    /** The root of the tree without leaves: SHA-256 of nothing. */
    public static byte[] emptyRoot() {
        return DigestUtils.getSha256Digest().digest();
    }
}
