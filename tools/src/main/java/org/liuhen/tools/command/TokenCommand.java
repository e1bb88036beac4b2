package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code token}. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Makes tokens by which programs act for people.",
        subcommands = TokenCommand.Create.class)
final class TokenCommand {
    /** The verb {@code token create}. */
    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a token; prints it once.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(
                names = "--user",
                paramLabel = "NAME",
                description = "For whom: yourself, or with --data anybody (default there: admin).")
        private @Nullable String user;

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("user", user);
            return connection.connected(true, server -> {
                JsonNode made = server.post("/api/v1/tokens", body);
                if (output.json()) {
                    output.print(made);
                } else {
                    output.line("token of " + made.path("user").asText() + ", shown this once:");
                    output.line(made.path("token").asText());
                }
                return ExitCode.DONE;
            });
        }
    }
}
