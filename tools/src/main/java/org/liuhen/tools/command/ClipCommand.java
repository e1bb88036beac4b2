package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code clip}. */
@Command(
        name = "clip",
        mixinStandardHelpOptions = true,
        description = "Fetches an excerpt as MP4, cut at the key frames around it and not encoded again, and a sidecar"
                + " FILE.json that says what it was cut from, with the proof. With --exact, --masks, --mute, --disguise"
                + " or --then it begins and ends with the very picture; what has to be is encoded again.")
final class ClipCommand implements Callable<Integer> {
    private static final int MOST_MASKS_BYTES = 1 << 20;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The recording.")
    private @Nullable String id;

    @Option(
            names = "--session",
            paramLabel = "ID",
            description = "Instead of a recording: all recordings of a session, or what lies between --from and --to.")
    private @Nullable String session;

    @Option(names = "--from", paramLabel = "S", description = "Seconds from its start.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "S", description = "Seconds from its start.")
    private @Nullable String to;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to; must not exist yet.")
    private Path out = Path.of("");

    @Option(names = "--reason", description = "Why it is wanted; goes into its custody.")
    private @Nullable String reason;

    @Option(names = "--exact", description = "Begin and end with the very picture.")
    private boolean exact;

    @Option(
            names = "--masks",
            paramLabel = "FILE",
            description = "Boxes that hide what is in them: a JSON list, see docs/clips.md.")
    private @Nullable Path masks;

    @Option(
            names = "--mute",
            paramLabel = "S-S",
            split = ",",
            description = "Where nothing is to be heard, seconds of the recording.")
    private List<String> mutes = List.of();

    @Option(
            names = "--disguise",
            paramLabel = "S-S",
            split = ",",
            description = "Where nobody is to be known by the voice, seconds of the recording.")
    private List<String> disguises = List.of();

    @Option(
            names = "--then",
            paramLabel = "ID:S-S",
            description = "A part of another recording, to follow; may be repeated.")
    private List<String> further = List.of();

    @Option(
            names = "--beside",
            description = "Show all parts side by side, each when it was, instead of one after another; a device keeps"
                    + " its place.")
    private boolean beside;

    @Option(
            names = "--sound",
            paramLabel = "DEVICE",
            description = "Which device is heard of those side by side; the first that is shown otherwise.")
    private @Nullable String sound;

    @Override
    public Integer call() throws Exception {
        Path sidecar = Path.of(out + ".json");
        GetCommand.requireFree(out);
        GetCommand.requireFree(sidecar);
        ObjectNode order = order();
        return connection.connected(false, server -> fetch(server, order, sidecar));
    }

    private ObjectNode order() throws IOException {
        ObjectNode order = StoredJson.MAPPER.createObjectNode();
        if (session == null) {
            parts(order.putArray("parts"));
        } else {
            requireNothingElse();
            order.put("session", session);
            if (from != null) {
                order.put("from", seconds("--from", from));
            }
            if (to != null) {
                order.put("to", seconds("--to", to));
            }
        }
        order.put("arrangement", beside ? "beside" : "sequence");
        if (sound != null) {
            order.put("sound", sound);
        }
        order.put("exact", exact);
        order.put("reason", reason);
        return order;
    }

    private void requireNothingElse() {
        if (id != null || masks != null || !mutes.isEmpty() || !disguises.isEmpty() || !further.isEmpty()) {
            throw new InvalidField(
                    "--session", "takes no recording, --masks, --mute, --disguise or --then (expected: one of them)");
        }
    }

    private void parts(ArrayNode parts) throws IOException {
        if (id == null || from == null || to == null) {
            throw new InvalidField("clip", "of what? (expected: ID --from S --to S, or --session ID)");
        }
        ObjectNode first = parts.addObject().put("recording", id);
        first.put("from", seconds("--from", from)).put("to", seconds("--to", to));
        if (masks != null) {
            first.set("masks", read(masks));
        }
        spans("--mute", first.putArray("mute"), mutes);
        spans("--disguise", first.putArray("disguise"), disguises);
        for (String part : further) {
            int colon = part.indexOf(':');
            if (colon < 0) {
                throw new InvalidField("--then", part + " (expected: ID:FROM-TO)");
            }
            span("--then", parts.addObject().put("recording", part.substring(0, colon)), part.substring(colon + 1));
        }
    }

    private static JsonNode read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_MASKS_BYTES + 1);
            if (bytes.length > MOST_MASKS_BYTES) {
                throw new InvalidField("--masks", file + " is larger than " + MOST_MASKS_BYTES + " bytes");
            }
            return StoredJson.MAPPER.readTree(new String(bytes, StandardCharsets.UTF_8));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new InvalidField("--masks", file + " is not there");
        }
    }

    private static void spans(String option, ArrayNode list, List<String> spans) {
        spans.forEach(span -> span(option, list.addObject(), span));
    }

    private static void span(String option, ObjectNode into, String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new InvalidField(option, text + " (expected: FROM-TO, seconds)");
        }
        into.put("from", seconds(option, text.substring(0, dash))).put("to", seconds(option, text.substring(dash + 1)));
    }

    private static double seconds(String option, String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,6})?")) {
            throw new InvalidField(option, text + " (expected: seconds from the start of the recording)");
        }
        return Double.parseDouble(text);
    }

    private int fetch(ServerConnection server, ObjectNode order, Path sidecar) throws Exception {
        String address = "/api/v1/clips/"
                + server.post("/api/v1/clips", order).path("id").asText();
        try {
            JsonNode made = waitFor(server, address);
            MessageDigest digest = DigestUtils.getSha256Digest();
            GetCommand.into(out, file -> server.download(address + "/file", new DigestOutputStream(file, digest)));
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(made.path("sha256").asText())) {
                output.err()
                        .println("liuhen: " + out + ": SHA-256 " + found + " (expected: "
                                + made.path("sha256").asText() + ")");
                output.err().flush();
                return ExitCode.NO;
            }
            GetCommand.into(sidecar, file -> server.download(address + "/sidecar", file));
            if (output.json()) {
                output.print(StoredJson.MAPPER
                        .createObjectNode()
                        .put(session == null ? "recording" : "session", session == null ? id : session)
                        .put("file", out.toString())
                        .put("size", Files.size(out))
                        .put("sha256", found)
                        .put("sidecar", sidecar.toString()));
            } else {
                output.line((session == null ? id : session) + " " + out);
            }
            return ExitCode.DONE;
        } finally {
            server.send("DELETE", address, Map.of(), null);
        }
    }

    private JsonNode waitFor(ServerConnection server, String address) throws IOException, Refused {
        ProgressLine progress = new ProgressLine(output.err());
        while (true) {
            JsonNode now = server.get(address + "?wait=2");
            String state = now.path("state").asText();
            if (!state.equals("waiting") && !state.equals("working")) {
                progress.clear();
                return now;
            }
            long all = Math.max(1, Math.round(now.path("ofSeconds").asDouble()));
            progress.reached(Math.min(all, Math.round(now.path("doneSeconds").asDouble())), all, state);
        }
    }
}
