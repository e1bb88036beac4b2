package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The verb {@code show}. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "One recording with custody and retention.")
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "ID", description = "The recording.")
    private String id = "";

    @Override
    public Integer call() throws Exception {
        return connection.connected(false, server -> {
            String path = ServerConnection.path("api", "v1", "recordings", id);
            ObjectNode recording = (ObjectNode) server.get(path);
            JsonNode custody = server.get(path + "/custody").path("events");
            recording.set("custody", custody);
            if (output.json()) {
                output.print(recording);
            } else {
                print(recording);
            }
            return ExitCode.DONE;
        });
    }

    private void print(ObjectNode recording) {
        List<List<String>> rows = new ArrayList<>();
        recording.properties().forEach(member -> {
            JsonNode value = member.getValue();
            JsonNode first = value.isArray() ? value.path(0) : value;
            if (first.isValueNode() && !first.isMissingNode()) {
                rows.add(List.of(member.getKey(), OutputOptions.cell(recording, member.getKey())));
            }
        });
        JsonNode retention = recording.path("retention");
        rows.add(List.of("category", OutputOptions.cell(retention, "category")));
        rows.add(List.of(
                "keep until",
                retention.path("permanent").asBoolean() ? "for ever" : OutputOptions.cell(retention, "keepUntil")));
        rows.add(List.of("rule", OutputOptions.cell(retention, "rule")));
        for (JsonNode hold : retention.path("holds")) {
            rows.add(List.of(
                    "hold " + OutputOptions.cell(hold, "id"),
                    OutputOptions.cell(hold, "reason") + ", by " + OutputOptions.cell(hold, "by")));
        }
        for (JsonNode finding : recording.path("findings")) {
            rows.add(List.of(
                    "finding", OutputOptions.cell(finding, "kind") + ": " + OutputOptions.cell(finding, "detail")));
        }
        output.table(rows);
        output.line("");
        List<List<String>> events = new ArrayList<>();
        for (JsonNode event : recording.path("custody")) {
            events.add(List.of(
                    OutputOptions.cell(event, "at"),
                    OutputOptions.cell(event, "kind"),
                    OutputOptions.cell(event, "actor"),
                    event.path("details").path("reason").asText("")));
        }
        output.table(events);
    }
}
