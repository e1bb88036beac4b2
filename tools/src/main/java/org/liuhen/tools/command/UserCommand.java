package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code user}. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Adds and disables people.",
        subcommands = {UserCommand.Add.class, UserCommand.ListAll.class, UserCommand.Disable.class})
final class UserCommand {
    private static final String PATH = "/api/v1/users";

    /** The verb {@code user add}. */
    @Command(name = "add", mixinStandardHelpOptions = true, description = "Adds a person.")
    static final class Add implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "NAME", description = "The log-in name.")
        private String name = "";

        @Option(
                names = "--role",
                required = true,
                split = ",",
                description = "administrator, investigator, supervisor, records-officer or auditor; may be repeated.")
        private List<String> roles = List.of();

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description =
                        "Holds the password (or LIUHEN_USER_PASSWORD); otherwise one is invented and printed once.")
        private @Nullable Path passwordFile;

        @Override
        public Integer call() throws Exception {
            String password = passwordFile == null
                    ? System.getenv("LIUHEN_USER_PASSWORD")
                    : Files.readString(passwordFile).strip();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("roles", roles);
            body.put("password", password);
            return connection.connected(true, server -> {
                JsonNode added = server.post(PATH, body);
                if (output.json()) {
                    output.print(added);
                    return ExitCode.DONE;
                }
                output.line("user " + name + " added: " + String.join(", ", roles));
                if (added.has("password")) {
                    output.line("password, shown this once: "
                            + added.path("password").asText());
                }
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code user list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists who has a log-in.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                JsonNode users = server.get(PATH);
                if (output.json()) {
                    output.print(users);
                    return ExitCode.DONE;
                }
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("USER", "ROLES", "ADDED", "DISABLED"));
                for (JsonNode user : users.path("users")) {
                    rows.add(List.of(
                            OutputOptions.cell(user, "name"),
                            OutputOptions.cell(user, "roles"),
                            OutputOptions.cell(user, "addedAt"),
                            OutputOptions.cell(user, "disabledAt")));
                }
                output.table(rows);
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code user disable}. */
    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Ends everything a person may do, at once.")
    static final class Disable implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "NAME", description = "The log-in name.")
        private String name = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                server.post(PATH + ServerConnection.path(name, "disabling"), Map.of());
                output.done("user", name, "disabled");
                return ExitCode.DONE;
            });
        }
    }
}
