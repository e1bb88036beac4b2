package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code find}. */
@Command(name = "find", mixinStandardHelpOptions = true, description = "Lists recordings by start.")
final class FindCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--case", description = "Of this case.")
    private @Nullable String caseNumber;

    @Option(names = "--device", description = "From this device.")
    private @Nullable String device;

    @Option(names = "--officer", description = "By this officer.")
    private @Nullable String officer;

    @Option(names = "--session", description = "Of this session.")
    private @Nullable String session;

    @Option(names = "--category", description = "Of this category.")
    private @Nullable String category;

    @Option(names = "--state", description = "In this state.")
    private @Nullable String state;

    @Option(names = "--from", description = "That start then or later, RFC 3339.")
    private @Nullable String from;

    @Option(names = "--to", description = "That start before then, RFC 3339.")
    private @Nullable String to;

    @Option(names = "--limit", description = "At most so many; all by default.")
    private @Nullable Integer limit;

    @Override
    public Integer call() throws Exception {
        return connection.connected(false, server -> {
            ArrayNode found = StoredJson.MAPPER.createArrayNode();
            String next = page(server, null, found);
            while (next != null && (limit == null || found.size() < limit)) {
                next = page(server, next, found);
            }
            print(found, next);
            return ExitCode.DONE;
        });
    }

    private @Nullable String page(ServerConnection server, @Nullable String cursor, ArrayNode found)
            throws java.io.IOException, Refused {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        parameters.put("case", caseNumber);
        parameters.put("device", device);
        parameters.put("officer", officer);
        parameters.put("session", session);
        parameters.put("category", category);
        parameters.put("state", state);
        parameters.put("from", from);
        parameters.put("to", to);
        parameters.put("limit", limit == null ? 500 : Math.max(1, Math.min(500, limit - found.size())));
        parameters.put("cursor", cursor);
        JsonNode page = server.get(ServerConnection.query("/api/v1/recordings", parameters));
        page.path("recordings").forEach(found::add);
        return page.path("next").isTextual() ? page.path("next").asText() : null;
    }

    private void print(ArrayNode found, @Nullable String next) throws java.io.IOException {
        if (output.json()) {
            ObjectNode json = StoredJson.MAPPER.createObjectNode();
            json.set("recordings", found);
            json.put("next", next);
            output.print(json);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RECORDING", "FROM", "DEVICE", "CASES", "CATEGORY", "KEEP UNTIL", "STATE", "SIZE", "FILE"));
        for (JsonNode one : found) {
            JsonNode retention = one.path("retention");
            rows.add(List.of(
                    OutputOptions.cell(one, "id"),
                    OutputOptions.cell(one, "from"),
                    OutputOptions.cell(one, "device"),
                    OutputOptions.cell(one, "cases"),
                    OutputOptions.cell(retention, "category"),
                    retention.path("permanent").asBoolean() ? "for ever" : OutputOptions.cell(retention, "keepUntil"),
                    OutputOptions.cell(one, "state"),
                    OutputOptions.cell(one, "size"),
                    OutputOptions.cell(one, "filename")));
        }
        output.table(rows);
    }
}
