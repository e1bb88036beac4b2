package org.liuhen.tools.portal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * Proof that a form came from a page we made for this browser: a keyed digest of a random cookie and of the session.
 * Another site knows neither. The key lives as long as the process, so forms left open over a restart must be loaded
 * again. Safe for many threads. Source: OWASP cross-site request forgery prevention, signed double-submit cookie.
 */
final class FormTokens {
    /** The cookie that the tokens are bound to. */
    static final String COOKIE = "liuhen-form";

    private static final int RANDOM_BYTES = 24;

    private final SecureRandom random;
    private final byte[] key = new byte[32];

    FormTokens(SecureRandom random) {
        this.random = random;
        random.nextBytes(key);
    }

    /** A value for the cookie of a browser that has none. */
    String freshCookie() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @param session the session's secret; empty before logging in */
    String token(String cookie, String session) {
        byte[] digest = new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmac(cookie + "\n" + session);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    boolean matches(String token, String cookie, String session) {
        return MessageDigest.isEqual(
                token.getBytes(StandardCharsets.UTF_8), token(cookie, session).getBytes(StandardCharsets.UTF_8));
    }
}
