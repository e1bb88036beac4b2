package org.liuhen.tools.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.storage.UserName;

/**
 * Who is logged in, by the secret in the cookie. Kept in memory, bounded; a restart logs everybody out. Safe for many
 * threads.
 */
final class Sessions {
    /** Without a request for so long, a session ends. */
    static final Duration IDLE = Duration.ofMinutes(30);
    /** However busy, a session ends after a shift. */
    static final Duration LONGEST = Duration.ofHours(12);

    private static final int MOST = 10_000;

    private record Session(UserName user, Instant began, Instant used) {}

    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<String, Session> bySecret = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
            return size() > MOST;
        }
    };

    Sessions(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    synchronized String begin(UserName user) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = clock.instant();
        bySecret.put(Secrets.fingerprint(text), new Session(user, now, now));
        return text;
    }

    synchronized Optional<UserName> user(String secret) {
        String key = Secrets.fingerprint(secret);
        Session session = bySecret.get(key);
        Instant now = clock.instant();
        if (session == null) {
            return Optional.empty();
        }
        if (now.isAfter(session.used.plus(IDLE)) || now.isAfter(session.began.plus(LONGEST))) {
            bySecret.remove(key);
            return Optional.empty();
        }
        bySecret.put(key, new Session(session.user, session.began, now));
        return Optional.of(session.user);
    }

    synchronized void end(String secret) {
        bySecret.remove(Secrets.fingerprint(secret));
    }

    synchronized void endAll(UserName user) {
        bySecret.values().removeIf(session -> session.user.equals(user));
    }
}
