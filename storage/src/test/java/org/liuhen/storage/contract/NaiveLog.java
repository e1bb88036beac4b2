package org.liuhen.storage.contract;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The Merkle log of RFC 6962 as a stranger would write it from the text of the RFC: recursive, slow, and sharing no
 * code with the product. Also opens signed notes as c2sp.org/signed-note describes them.
 */
public final class NaiveLog {
    private NaiveLog() {}

    public static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** MTH(D[n]). */
    public static byte[] root(List<byte[]> entries) {
        if (entries.isEmpty()) {
            return sha256();
        }
        if (entries.size() == 1) {
            return sha256(new byte[] {0}, entries.get(0));
        }
        int k = split(entries.size());
        return sha256(new byte[] {1}, root(entries.subList(0, k)), root(entries.subList(k, entries.size())));
    }

    /** PATH(m, D[n]). */
    public static List<byte[]> path(int m, List<byte[]> entries) {
        List<byte[]> path = new ArrayList<>();
        int n = entries.size();
        if (n > 1) {
            int k = split(n);
            if (m < k) {
                path.addAll(path(m, entries.subList(0, k)));
                path.add(root(entries.subList(k, n)));
            } else {
                path.addAll(path(m - k, entries.subList(k, n)));
                path.add(root(entries.subList(0, k)));
            }
        }
        return path;
    }

    /** PROOF(m, D[n]). */
    public static List<byte[]> proof(int m, List<byte[]> entries) {
        return subproof(m, entries, true);
    }

    private static List<byte[]> subproof(int m, List<byte[]> entries, boolean known) {
        int n = entries.size();
        List<byte[]> proof = new ArrayList<>();
        if (m == n) {
            if (!known) {
                proof.add(root(entries));
            }
        } else if (m <= split(n)) {
            int k = split(n);
            proof.addAll(subproof(m, entries.subList(0, k), known));
            proof.add(root(entries.subList(k, n)));
        } else {
            int k = split(n);
            proof.addAll(subproof(m - k, entries.subList(k, n), false));
            proof.add(root(entries.subList(0, k)));
        }
        return proof;
    }

    private static int split(int n) {
        int k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    /** The text of a note that the key of {@code vkey} signed; fails if it did not. */
    public static String openNote(String note, String vkey) throws Exception {
        String[] key = vkey.split("\\+", 3);
        byte[] typed = Base64.getDecoder().decode(key[2]);
        byte[] id = Arrays.copyOf(sha256(key[0].getBytes(StandardCharsets.UTF_8), new byte[] {'\n'}, typed), 4);
        if (typed[0] != 1 || !HexFormat.of().formatHex(id).equals(key[1])) {
            throw new AssertionError("not an Ed25519 verifier key: " + vkey);
        }
        int end = note.indexOf("\n\n");
        String text = note.substring(0, end + 1);
        String start = "\u2014 " + key[0] + " ";
        for (String line : note.substring(end + 2).split("\n", -1)) {
            if (!line.startsWith(start)) {
                continue;
            }
            byte[] signature = Base64.getDecoder().decode(line.substring(start.length()));
            byte[] x509 = new byte[44];
            byte[] prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
            System.arraycopy(prefix, 0, x509, 0, prefix.length);
            System.arraycopy(typed, 1, x509, prefix.length, 32);
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
            ed25519.update(text.getBytes(StandardCharsets.UTF_8));
            if (Arrays.equals(id, Arrays.copyOf(signature, 4))
                    && ed25519.verify(Arrays.copyOfRange(signature, 4, signature.length))) {
                return text;
            }
        }
        throw new AssertionError("no good signature: " + note);
    }
}
