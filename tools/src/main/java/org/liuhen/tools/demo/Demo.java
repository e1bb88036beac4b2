package org.liuhen.tools.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;

/**
 * Plays the {@link Story} against a running server, by the same doors that docks and people use, and prints what came of
 * it.
 */
final class Demo {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PLAYABLE_WITHIN = Duration.ofMinutes(10);
    private static final long LOOK_AGAIN_MILLIS = 250;
    /** Far enough that everything that is not permanent has had its time. */
    private static final int PLAN_MONTHS_AHEAD = 8;

    private final ServerConnection console;
    private final java.net.URI server;
    private final FootageMaker footage;
    private final Path scratch;
    private final InstantSource clock;
    private final PrintWriter out;

    /**
     * @param console the server's private socket
     * @param server where devices reach it
     * @param scratch where footage is made before it is pushed
     */
    Demo(
            ServerConnection console,
            java.net.URI server,
            FootageMaker footage,
            Path scratch,
            InstantSource clock,
            PrintWriter out) {
        this.console = console;
        this.server = server;
        this.footage = footage;
        this.scratch = scratch;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Plays the whole story.
     *
     * @return whether every recording became playable and nothing permanent is in the plan
     */
    boolean play(Story story) throws IOException, Refused, InterruptedException {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (Map.Entry<String, String> device : Story.DEVICES.entrySet()) {
            tokens.put(device.getKey(), addDevice(device.getKey(), device.getValue()));
        }
        say("registered %d devices", tokens.size());
        List<String> pushed = push(story, tokens);
        console.post(
                ServerConnection.path("api", "v1", "cases", Story.TRAFFIC, "state"),
                Map.of("state", "closed", "reason", "fine paid, no appeal"));
        say("closed case %s", Story.TRAFFIC);
        List<JsonNode> recordings = whenPlayable(pushed);
        table(recordings);
        boolean playable = recordings.stream()
                .allMatch(recording -> recording.path("state").asText().equals("ready"));
        return plan(recordings) && playable;
    }

    private String addDevice(String id, String name) throws IOException, Refused {
        Map<String, String> device = Map.of("id", id, "name", name, "unit", "330106000000");
        try {
            return console.post("/api/v1/devices", device).path("token").asText();
        } catch (Refused known) {
            if (known.status() != 409) {
                throw known;
            }
            // from an earlier demo in this folder: its token is gone, so it is registered anew
            console.post(ServerConnection.path("api", "v1", "devices", id, "revocation"), Map.of());
            return console.post("/api/v1/devices", device).path("token").asText();
        }
    }

    /** All devices at once, each its own files one after the other. */
    private List<String> push(Story story, Map<String, String> tokens)
            throws IOException, Refused, InterruptedException {
        ExecutorService docks = Executors.newFixedThreadPool(tokens.size());
        try {
            List<Future<List<String>>> pushing = new ArrayList<>();
            for (Map.Entry<String, String> device : tokens.entrySet()) {
                List<Story.Shot> shots = story.shots().stream()
                        .filter(shot -> shot.device().equals(device.getKey()))
                        .toList();
                Callable<List<String>> dock = () -> push(shots, device.getValue());
                pushing.add(docks.submit(dock));
            }
            List<String> recordings = new ArrayList<>();
            for (Future<List<String>> dock : pushing) {
                recordings.addAll(dock.get());
            }
            return recordings;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Refused refusal) {
                throw refusal;
            }
            throw new IllegalStateException("dock: failed", e.getCause());
        } finally {
            docks.shutdownNow();
        }
    }

    private List<String> push(List<Story.Shot> shots, String token) throws IOException, Refused {
        List<String> recordings = new ArrayList<>();
        try (ServerConnection connection = ServerConnection.over(server, token, null)) {
            Push push = new Push(connection, clock, PATIENCE, Push.quiet());
            for (Story.Shot shot : shots) {
                Path file = shot.file();
                if (file == null && shot.spec() != null) {
                    file = scratch.resolve(shot.filename());
                    footage.make(shot.spec(), file);
                }
                if (file == null) {
                    throw new IllegalArgumentException("shot: neither a file nor how to make one");
                }
                Push.Pushed pushed = push.push(file, shot.metadata());
                say(
                        "%-13s pushed %-38s %9d bytes  sha256 %s…",
                        shot.device(),
                        shot.filename(),
                        pushed.sizeBytes(),
                        pushed.fingerprint().hex().substring(0, 16));
                recordings.add(pushed.recording());
                if (shot.file() == null) {
                    Files.delete(file);
                }
            }
        }
        return recordings;
    }

    private List<JsonNode> whenPlayable(List<String> ids) throws IOException, Refused, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long start = System.nanoTime();
        while (true) {
            List<JsonNode> recordings = new ArrayList<>();
            for (String id : ids) {
                recordings.add(console.get(ServerConnection.path("api", "v1", "recordings", id)));
            }
            long waiting = recordings.stream()
                    .filter(recording -> recording.path("state").asText().equals("stored"))
                    .count();
            if (waiting == 0 || System.nanoTime() - start > PLAYABLE_WITHIN.toNanos()) {
                recordings.sort(java.util.Comparator.comparing((JsonNode recording) ->
                                recording.path("cases").path(0).asText())
                        .thenComparing(recording -> recording.path("from").asText()));
                return recordings;
            }
            never.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void table(List<JsonNode> recordings) {
        say("");
        say("%-24s %-13s %-10s %8s  %-13s %s", "case", "device", "state", "seconds", "category", "keep");
        for (JsonNode recording : recordings) {
            JsonNode retention = recording.path("retention");
            say(
                    "%-24s %-13s %-10s %8.1f  %-13s %s",
                    recording.path("cases").path(0).asText(),
                    recording.path("device").asText(),
                    recording.path("state").asText(),
                    recording.path("media").path("durationSeconds").asDouble(),
                    retention.path("category").asText(),
                    retention.path("permanent").asBoolean()
                            ? "for ever"
                            : "until " + retention.path("keepUntil").asText());
        }
    }

    /** Prints what would go some day; returns whether nothing permanent is in it. */
    private boolean plan(List<JsonNode> recordings) throws IOException, Refused {
        LocalDate day = clock.instant().atZone(ZoneOffset.UTC).toLocalDate().plusMonths(PLAN_MONTHS_AHEAD);
        JsonNode plan = console.get(ServerConnection.query("/api/v1/retention/plan", Map.of("asOf", day.toString())));
        say("");
        say("retention plan as of %s (nothing is changed)", day);
        List<String> listed = new ArrayList<>();
        for (String part : List.of("announce", "erase", "keep")) {
            for (JsonNode entry : plan.path(part)) {
                listed.add(entry.path("recording").asText());
                say(
                        "  %-8s %s  %-24s %-13s %s",
                        part,
                        entry.path("recording").asText(),
                        entry.path("cases").path(0).asText(),
                        entry.path("device").asText(),
                        entry.path("reason").asText(entry.path("rule").asText()));
            }
        }
        List<String> permanent = recordings.stream()
                .filter(recording ->
                        recording.path("retention").path("permanent").asBoolean())
                .map(recording -> recording.path("id").asText())
                .toList();
        say("  %d permanent recordings are not in it", permanent.size());
        return !listed.isEmpty() && permanent.stream().noneMatch(listed::contains);
    }

    private void say(String form, Object... values) {
        synchronized (out) {
            out.println(String.format(Locale.ROOT, form, values));
            out.flush();
        }
    }
}
