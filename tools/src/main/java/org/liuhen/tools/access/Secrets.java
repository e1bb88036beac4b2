package org.liuhen.tools.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;

/** Bearer tokens: {@code lh_} and 32 random bytes in base64url. They are looked up by SHA-256, never kept. */
final class Secrets {
    private static final String PREFIX = "lh_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

    private Secrets() {}

    static String random(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static boolean hasForm(String token) {
        return FORM.matcher(token).matches();
    }

    /** The name under which a secret is kept. */
    static String fingerprint(String secret) {
        return DigestUtils.sha256Hex(secret.getBytes(StandardCharsets.UTF_8));
    }
}
