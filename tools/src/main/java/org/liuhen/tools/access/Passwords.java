package org.liuhen.tools.access;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Password hashes: Argon2id in PHC form, {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. At most two are computed at a
 * time, so that a flood of log-ins cannot take the memory. Source: RFC 9106 and OWASP's password storage advice.
 */
final class Passwords {
    static final int MIN_CHARACTERS = 8;
    static final int MAX_CHARACTERS = 256;

    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    /** Bounds what a stored hash may ask for. */
    private static final int MAX_MEMORY_KIB = 256 * 1024;

    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

    private final SecureRandom random;
    private final Semaphore atOnce = new Semaphore(2, true);
    /** What a password is compared with when there is nobody of that name, so that both take as long. */
    private final String nobodys;

    Passwords(SecureRandom random) {
        this.random = random;
        byte[] secret = new byte[HASH_BYTES];
        random.nextBytes(secret);
        this.nobodys = phc(MEMORY_KIB, PASSES, 1, salt(), secret);
    }

    String hash(char[] password) {
        byte[] salt = salt();
        return phc(MEMORY_KIB, PASSES, 1, salt, argon2id(password, salt, MEMORY_KIB, PASSES, 1, HASH_BYTES));
    }

    /** Whether {@code password} is the one behind {@code phc}; takes as long if there is no hash, and says no. */
    boolean matches(char[] password, @Nullable String phc) {
        Matcher parts = PHC.matcher(phc == null ? nobodys : phc);
        if (!parts.matches()) {
            throw new IllegalStateException("password hash: of an unknown form (expected: $argon2id$v=19$…)");
        }
        int memoryKib = Integer.parseInt(parts.group(1));
        if (memoryKib > MAX_MEMORY_KIB) {
            throw new IllegalStateException("password hash: asks for " + memoryKib + " KiB");
        }
        byte[] wanted = Base64.getDecoder().decode(parts.group(5));
        byte[] found = argon2id(
                password,
                Base64.getDecoder().decode(parts.group(4)),
                memoryKib,
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                wanted.length);
        return MessageDigest.isEqual(wanted, found) && phc != null;
    }

    /** A password nobody has to invent: 20 letters and digits, easy to read out, 99 bits. */
    char[] invent() {
        String readable = "abcdefghjkmnpqrstuvwxyz23456789";
        char[] password = new char[20];
        for (int i = 0; i < password.length; i++) {
            password[i] = readable.charAt(random.nextInt(readable.length()));
        }
        return password;
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private static String phc(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + passes + ",p=" + lanes + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }

    private byte[] argon2id(char[] password, byte[] salt, int memoryKib, int passes, int lanes, int bytes) {
        byte[] encoded =
                StandardCharsets.UTF_8.encode(CharBuffer.wrap(password)).array();
        atOnce.acquireUninterruptibly();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(memoryKib)
                    .withIterations(passes)
                    .withParallelism(lanes)
                    .withSalt(salt)
                    .build());
            byte[] hash = new byte[bytes];
            generator.generateBytes(encoded, hash);
            return hash;
        } finally {
            atOnce.release();
            Arrays.fill(encoded, (byte) 0);
        }
    }
}
