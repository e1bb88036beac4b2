package org.liuhen.ingest.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route for a method and a path. Among patterns that match, the one whose first difference is more literal
 * wins ({@code literal} before {@code {name}} before {@code {name*}}), whatever its methods are.
 */
final class Router {
    private final Node root = new Node();

    /** @throws IllegalArgumentException for a pattern that cannot be read, or two routes that answer the same */
    Router(List<Route> routes) {
        for (Route route : routes) {
            add(route);
        }
    }

    /**
     * What answers, and what its pattern captured.
     *
     * @param open whether it is answered without asking who is asking
     */
    record Match(Route route, Map<String, String> parameters, boolean open) {}

    /**
     * @throws Problem 404 if no pattern matches, 405 with {@code Allow} if the one that does has no such method
     */
    Match find(String method, Target target) throws Problem {
        List<String> captured = new ArrayList<>();
        Node node = target.isServerWide() ? null : root.find(target.segments(), 0, captured);
        if (node == null) {
            if (target.isServerWide() && method.equals("OPTIONS")) {
                return new Match(Route.of(method, "*", request -> Response.of(204)), Map.of(), true);
            }
            throw new Problem(404, "not-found", "path: nothing is here");
        }
        Entry entry = node.entries.get(method);
        if (entry == null && method.equals("HEAD")) {
            entry = node.entries.get("GET");
        }
        if (entry != null) {
            return new Match(entry.route, entry.name(captured), false);
        }
        String allow = node.allow();
        if (method.equals("OPTIONS")) {
            return new Match(
                    Route.of(method, node.pattern(), request -> Response.of(204).with("allow", allow)), Map.of(), true);
        }
        throw new Problem(405, "method-not-allowed", "method: " + method + " (expected: one of " + allow + ")")
                .header("allow", allow)
                .carrying(node.always());
    }

    private void add(Route route) {
        String pattern = route.pattern();
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException("pattern: " + pattern + " (expected: a leading slash)");
        }
        Node node = root;
        List<String> names = new ArrayList<>();
        String[] segments = pattern.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (!segment.startsWith("{")) {
                node = node.literals.computeIfAbsent(segment, ignored -> new Node());
                continue;
            }
            boolean rest = segment.endsWith("*}");
            if (!segment.endsWith("}") || (rest && i < segments.length - 1)) {
                throw new IllegalArgumentException(
                        "pattern: " + pattern + " (expected: {name} for a segment, {name*} only at the end)");
            }
            names.add(segment.substring(1, segment.length() - (rest ? 2 : 1)));
            node = rest ? node.rest() : node.any();
        }
        Entry before = node.entries.putIfAbsent(route.method(), new Entry(route, names));
        if (before != null) {
            throw new IllegalArgumentException("route: " + route.method() + " " + pattern + " (expected: not also "
                    + before.route.pattern() + ")");
        }
    }

    private record Entry(Route route, List<String> names) {
        Map<String, String> name(List<String> captured) {
            Map<String, String> named = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                named.put(names.get(i), captured.get(i));
            }
            return Map.copyOf(named);
        }
    }

    private static final class Node {
        private final Map<String, Node> literals = new TreeMap<>();
        private final Map<String, Entry> entries = new TreeMap<>();
        private @Nullable Node any;
        private @Nullable Node rest;

        Node any() {
            Node node = any == null ? new Node() : any;
            any = node;
            return node;
        }

        Node rest() {
            Node node = rest == null ? new Node() : rest;
            rest = node;
            return node;
        }

        String pattern() {
            return entries.values().iterator().next().route.pattern();
        }

        Headers always() {
            return entries.values().iterator().next().route.always();
        }

        String allow() {
            TreeSet<String> methods = new TreeSet<>(entries.keySet());
            methods.add("OPTIONS");
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            return String.join(", ", methods);
        }

        @Nullable
        Node find(List<String> segments, int at, List<String> captured) {
            if (at == segments.size()) {
                return entries.isEmpty() ? null : this;
            }
            String segment = segments.get(at);
            Node literal = literals.get(segment);
            Node found = literal == null ? null : literal.find(segments, at + 1, captured);
            if (found == null && any != null && !segment.isEmpty()) {
                captured.add(segment);
                found = any.find(segments, at + 1, captured);
                if (found == null) {
                    captured.remove(captured.size() - 1);
                }
            }
            if (found == null && rest != null) {
                captured.add(String.join("/", segments.subList(at, segments.size())));
                found = rest;
            }
            return found;
        }
    }
}
