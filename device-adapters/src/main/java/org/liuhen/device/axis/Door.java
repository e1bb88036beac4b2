package org.liuhen.device.axis;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;

/**
 * Lets Axis systems in: a name and a key for a token, the token for everything else. Tokens live in memory and for minutes,
 * so a restart, like an expiry, is a 401, after which a system asks for another. Revoking the system's device ends its
 * tokens at once. Safe for many threads.
 */
final class Door {
    static final Duration LIFE = Duration.ofMinutes(15);
    private static final int MOST_TOKENS = 10_000;
    /** A key is 43 characters; nothing much longer is worth hashing. */
    private static final int LONGEST_KEY = 200;

    private record Pass(String account, Instant expires) {}

    private final Register register;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<String, Pass> passes = new LinkedHashMap<>();

    Door(Register register, InstantSource clock, SecureRandom random) {
        this.register = register;
        this.clock = clock;
        this.random = random;
    }

    /** Answers a log-in. */
    Response enter(Request request) throws Problem, StorageFailure {
        String name = request.header("x-auth-user").orElse("");
        String key = request.header("x-auth-key").orElse("");
        Optional<AxisAccount> account = account(name);
        if (account.isEmpty()
                || key.isEmpty()
                || key.length() > LONGEST_KEY
                || !account.get().hasKey(key)) {
            throw new Problem(401, "unauthorized", "X-Auth-User, X-Auth-Key: unknown, wrong or revoked");
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = "AUTH_tk" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        remember(token, new Pass(name, clock.instant().plus(LIFE)));
        return Response.of(200)
                .with("x-auth-token", token)
                .with("x-auth-token-expires", Long.toString(LIFE.toSeconds()))
                .with("x-storage-url", storageUrl(request, name))
                .with("cache-control", "no-store");
    }

    private static String storageUrl(Request request, String account) throws Problem {
        String host =
                request.header("host").or(() -> request.header(":authority")).orElse("");
        if (!host.matches("[A-Za-z0-9.:\\[\\]_-]{1,260}")) {
            throw new Problem(400, "bad-host", "Host: missing or no host (expected: the address this was sent to)");
        }
        return (request.secure() ? "https" : "http") + "://" + host + "/axis/v1/" + account;
    }

    private void remember(String token, Pass pass) {
        Instant now = clock.instant();
        synchronized (passes) {
            passes.values().removeIf(old -> !old.expires().isAfter(now));
            if (passes.size() >= MOST_TOKENS) {
                passes.remove(passes.keySet().iterator().next());
            }
            passes.put(token, pass);
        }
    }

    /**
     * Whose request this is, as its head says.
     *
     * @throws Problem 401 without a good token, 403 for another's account
     */
    AxisAccount require(Request request) throws Problem, StorageFailure {
        Pass pass;
        synchronized (passes) {
            pass = passes.get(request.header("x-auth-token").orElse(""));
        }
        if (pass == null || !pass.expires().isAfter(clock.instant())) {
            throw new Problem(401, "unauthorized", "X-Auth-Token: missing, unknown or expired");
        }
        AxisAccount account = account(pass.account())
                .orElseThrow(() -> new Problem(401, "unauthorized", "X-Auth-Token: of a system that was revoked"));
        if (!account.name().equals(request.parameter("account"))) {
            throw new Problem(403, "foreign-account", "account: of another system");
        }
        return account;
    }

    private Optional<AxisAccount> account(String name) throws StorageFailure {
        Optional<AxisAccount> account = register.entry(AxisAccount.KIND, name);
        boolean welcome = account.isPresent()
                && register.entry(Register.DEVICES, name)
                        .filter(system -> system.revokedAt() == null)
                        .isPresent();
        return welcome ? account : Optional.empty();
    }
}
