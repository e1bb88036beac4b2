package org.liuhen.tools.access;

import java.util.Optional;
import java.util.Set;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;

/**
 * Refuses a browser's request that some other site made with our cookie. {@code SameSite=Strict} prevents most of that
 * already; this holds where a browser does not know it. Source: OWASP cross-site request forgery prevention.
 */
final class SameOrigin {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OURS = Set.of("same-origin", "none");

    private SameOrigin() {}

    static void require(Request request) throws Problem {
        if (READING.contains(request.method())) {
            return;
        }
        Optional<String> site = request.header("sec-fetch-site");
        Optional<String> origin = request.header("origin");
        Optional<String> host = request.header("host");
        boolean ours = site.isPresent()
                ? OURS.contains(site.get())
                : origin.isEmpty() || host.map(name -> isOf(name, origin.get())).orElse(false);
        if (!ours) {
            throw new Problem(403, "cross-site", "origin: the request was made by another site");
        }
    }

    private static boolean isOf(String host, String origin) {
        return origin.equals("http://" + host) || origin.equals("https://" + host);
    }
}
