package org.liuhen.tools.portal;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Request;
import org.liuhen.tools.portal.page.Frame;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.Wording;

/**
 * One request of one browser: who, in which language, and what its pages need.
 *
 * @param formCookie what form tokens are bound to
 * @param isNewcomer whether the browser must be given that cookie
 * @param session the session's secret; empty before logging in
 */
record Visit(
        Request request,
        Wording wording,
        String formCookie,
        boolean isNewcomer,
        String session,
        String formToken,
        Frame.AssetAddresses assets) {
    Principal who() {
        return request.principal();
    }

    boolean isAnonymous() {
        return who() instanceof Principal.Anonymous;
    }

    String say(String key, Object... arguments) {
        return wording.say(key, arguments);
    }

    Frame frame() {
        return frame(null);
    }

    Frame frame(Frame.@Nullable Notice notice) {
        return new Frame(wording, who(), address(), formToken, assets, notice);
    }

    /** This page's own path and query, to come back to; the first page if a form was sent. */
    String address() {
        if (!request.method().equals("GET")) {
            return "/";
        }
        String path = java.util.Arrays.stream(request.path().split("/", -1))
                .map(Link::encoded)
                .collect(Collectors.joining("/"));
        String query = request.query().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("done"))
                .flatMap(entry -> entry.getValue().stream()
                        .map(value -> Link.encoded(entry.getKey()) + "=" + Link.encoded(value)))
                .collect(Collectors.joining("&"));
        return Link.home(query.isEmpty() ? path : path + "?" + query);
    }

    /** What the form that led here did, by the {@code done} parameter; null if none did. */
    Frame.@Nullable Notice done(Map<String, String> messageKeys) {
        Optional<String> key = request.query("done").map(messageKeys::get);
        return key.map(text -> new Frame.Notice(true, say(text))).orElse(null);
    }

    /** The value of a cookie that the browser sent. */
    static Optional<String> cookie(Request request, String name) {
        for (String field : request.headers().all("cookie")) {
            for (String pair : field.split(";", -1)) {
                String trimmed = pair.strip();
                if (trimmed.startsWith(name + "=") && trimmed.length() > name.length() + 1) {
                    return Optional.of(trimmed.substring(name.length() + 1));
                }
            }
        }
        return Optional.empty();
    }
}
