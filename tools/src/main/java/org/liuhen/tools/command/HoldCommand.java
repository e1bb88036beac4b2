package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code hold}. */
@Command(
        name = "hold",
        mixinStandardHelpOptions = true,
        description = "Orders that recordings are not disposed of, and lifts such orders.",
        subcommands = {HoldCommand.Add.class, HoldCommand.Release.class})
final class HoldCommand {
    /** The verb {@code hold add}. */
    @Command(name = "add", mixinStandardHelpOptions = true, description = "Orders that a recording stays.")
    static final class Add implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "The recording.")
        private String id = "";

        @Option(names = "--reason", required = true, description = "Why.")
        private String reason = "";

        @Option(names = "--until", description = "When it lapses by itself, RFC 3339; otherwise only when released.")
        private @Nullable String until;

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("reason", reason);
            body.put("until", until);
            return connection.connected(false, server -> {
                JsonNode done = server.post(ServerConnection.path("api", "v1", "recordings", id, "holds"), body);
                if (output.json()) {
                    output.print(done);
                } else {
                    output.line("hold " + done.path("hold").asText() + " on " + id);
                }
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code hold release}. */
    @Command(name = "release", mixinStandardHelpOptions = true, description = "Lifts a hold.")
    static final class Release implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(index = "0", paramLabel = "ID", description = "The recording.")
        private String id = "";

        @Option(names = "--hold", description = "Which; not needed if there is only one.")
        private @Nullable String hold;

        @Option(names = "--reason", required = true, description = "Why.")
        private String reason = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                String path = ServerConnection.path("api", "v1", "recordings", id);
                String which = hold == null ? only(server.get(path)) : hold;
                server.delete(path + "/holds" + ServerConnection.path(which), Map.of("reason", reason));
                output.done("hold", which, "released");
                return ExitCode.DONE;
            });
        }

        private static String only(JsonNode recording) {
            List<String> holds = new ArrayList<>();
            recording
                    .path("retention")
                    .path("holds")
                    .forEach(one -> holds.add(one.path("id").asText()));
            if (holds.size() != 1) {
                throw new InvalidField(
                        "--hold", "is missing, and the recording has " + holds.size() + " holds: " + holds);
            }
            return holds.get(0);
        }
    }
}
