package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code classify}. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description = "Says why a recording is kept. To keep it shorter takes two people.")
final class ClassifyCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "ID", description = "The recording.")
    private String id = "";

    @Option(names = "--category", required = true, paramLabel = "K", description = "As the schedule names it.")
    private String category = "";

    @Option(names = "--reason", required = true, description = "Why.")
    private String reason = "";

    @Override
    public Integer call() throws Exception {
        return connection.connected(false, server -> {
            JsonNode done = server.post(
                    ServerConnection.path("api", "v1", "recordings", id, "classification"),
                    Map.of("category", category, "reason", reason));
            if (output.json()) {
                output.print(done);
            } else {
                String step = done.path("classification").asText();
                JsonNode retention = done.path("retention");
                output.line(
                        step.equals("proposed")
                                ? "proposed: keeping it shorter takes effect when a second person asks for the same"
                                : id + " " + step + ": "
                                        + retention.path("category").asText() + ", kept "
                                        + (retention.path("permanent").asBoolean()
                                                ? "for ever"
                                                : "until " + OutputOptions.cell(retention, "keepUntil")));
            }
            return ExitCode.DONE;
        });
    }
}
