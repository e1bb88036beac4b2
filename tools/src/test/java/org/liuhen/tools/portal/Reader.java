package org.liuhen.tools.portal;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Authenticator;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;

/** Somebody at a browser without scripts: keeps cookies, sends the token of the last page's forms, follows nothing. */
final class Reader {
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form\" value=\"([^\"]*)\"");

    private final List<Route> routes;
    private final Authenticator authenticator;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private String acceptLanguage = "en";
    private String formToken = "";

    /** What came back. */
    record Answer(int status, Headers headers, String body) {
        String header(String name) {
            return headers.first(name).orElse("");
        }

        String location() {
            return header("location");
        }
    }

    Reader(List<Route> routes, Authenticator authenticator) {
        this.routes = routes;
        this.authenticator = authenticator;
    }

    Reader reading(String acceptLanguage) {
        this.acceptLanguage = acceptLanguage;
        return this;
    }

    Reader withFormToken(String formToken) {
        this.formToken = formToken;
        return this;
    }

    Answer get(String target) throws Exception {
        return send("GET", target, new byte[0], Map.of("accept", "text/html"));
    }

    Answer get(String target, Map<String, String> headers) throws Exception {
        return send("GET", target, new byte[0], headers);
    }

    /** Sends a form with the token of the last page that had one. */
    Answer post(String target, Map<String, String> fields) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.putIfAbsent("form", formToken);
        String body = all.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send("POST", target, body.getBytes(StandardCharsets.UTF_8), Map.of("accept", "text/html"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    Answer send(String method, String target, byte[] body, Map<String, String> more) throws Exception {
        Map<String, List<String>> fields = new HashMap<>();
        more.forEach((name, value) -> fields.put(name, List.of(value)));
        fields.put("accept-language", List.of(acceptLanguage));
        fields.put(
                "cookie",
                List.of(cookies.entrySet().stream()
                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                        .collect(Collectors.joining("; "))));
        URI uri = URI.create("http://portal" + target);
        Match match = route(method, uri.getRawPath());
        Request anonymous = new Request(
                method,
                uri.getPath(),
                match.parameters(),
                query(uri.getRawQuery()),
                new Headers(fields),
                Optional.of((long) body.length),
                new Principal.Anonymous(),
                false);
        Response response;
        try {
            Request request = new Request(
                    method,
                    anonymous.path(),
                    anonymous.parameters(),
                    anonymous.query(),
                    anonymous.headers(),
                    anonymous.contentLength(),
                    authenticator.authenticate(anonymous),
                    false);
            BodyHandler.Sink sink = match.route().handler().accept(request);
            if (body.length > 0) {
                sink.write(ByteBuffer.wrap(body));
            }
            response = sink.complete();
        } catch (Problem problem) {
            response = problem.response();
        }
        return remember(response);
    }

    private Answer remember(Response response) {
        for (String cookie : response.headers().all("set-cookie")) {
            String[] pair = cookie.split(";", 2)[0].split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        String body = response.body() instanceof Response.Bytes bytes
                ? new String(bytes.bytes(), StandardCharsets.UTF_8)
                : "";
        Matcher token = FORM_TOKEN.matcher(body);
        if (token.find()) {
            formToken = token.group(1);
        }
        return new Answer(response.status(), response.headers(), body);
    }

    private record Match(Route route, Map<String, String> parameters) {}

    /** As the server does: among the patterns that match, the most literal one. */
    private Match route(String method, String rawPath) {
        Match best = null;
        String bestShape = "";
        for (Route route : routes) {
            Map<String, String> parameters =
                    route.method().equals(method) ? parameters(route.pattern(), rawPath) : null;
            String shape = route.pattern().replaceAll("\\{[^}]*\\*}", "~~").replaceAll("\\{[^}]*}", "~");
            if (parameters != null && (best == null || shape.compareTo(bestShape) < 0)) {
                best = new Match(route, parameters);
                bestShape = shape;
            }
        }
        if (best == null) {
            throw new AssertionError("no route: " + method + " " + rawPath);
        }
        return best;
    }

    private static @Nullable Map<String, String> parameters(String pattern, String rawPath) {
        String[] parts = pattern.split("/", -1);
        String[] segments = rawPath.split("/", -1);
        boolean rest = pattern.endsWith("*}");
        if (rest ? segments.length < parts.length : segments.length != parts.length) {
            return null;
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].endsWith("*}")) {
                return parameters;
            }
            String segment = URLDecoder.decode(segments[i].replace("+", "%2B"), StandardCharsets.UTF_8);
            if (parts[i].startsWith("{")) {
                parameters.put(parts[i].substring(1, parts[i].length() - 1), segment);
            } else if (!parts[i].equals(segment)) {
                return null;
            }
        }
        return parameters;
    }

    private static Map<String, List<String>> query(@Nullable String raw) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            String[] both = pair.split("=", 2);
            query.computeIfAbsent(URLDecoder.decode(both[0], StandardCharsets.UTF_8), none -> new ArrayList<>())
                    .add(both.length == 2 ? URLDecoder.decode(both[1], StandardCharsets.UTF_8) : "");
        }
        return query;
    }
}
