package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
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

/** The verb {@code device}. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description = "Registers devices, which may then add recordings.",
        subcommands = {DeviceCommand.Add.class, DeviceCommand.ListAll.class, DeviceCommand.Revoke.class})
final class DeviceCommand {
    private static final String PATH = "/api/v1/devices";

    /** The verb {@code device add}. */
    @Command(name = "add", mixinStandardHelpOptions = true, description = "Registers a device; prints its token once.")
    static final class Add implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--id", required = true, description = "Its number.")
        private String id = "";

        @Option(names = "--name", description = "What people call it.")
        private @Nullable String name;

        @Option(names = "--unit", description = "The unit it belongs to.")
        private @Nullable String unit;

        @Option(names = "--officer", description = "The police number of who wears it.")
        private @Nullable String officer;

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("id", id);
            body.put("name", name);
            body.put("unit", unit);
            body.put("officer", officer);
            return connection.connected(true, server -> {
                JsonNode added = server.post(PATH, body);
                if (output.json()) {
                    output.print(added);
                } else {
                    output.line("device " + id + " added; its token, shown this once:");
                    output.line(added.path("token").asText());
                }
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code device list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all devices.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                JsonNode devices = server.get(PATH);
                if (output.json()) {
                    output.print(devices);
                    return ExitCode.DONE;
                }
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("DEVICE", "NAME", "UNIT", "OFFICER", "ADDED", "REVOKED"));
                for (JsonNode device : devices.path("devices")) {
                    rows.add(List.of(
                            OutputOptions.cell(device, "id"),
                            OutputOptions.cell(device, "name"),
                            OutputOptions.cell(device, "unit"),
                            OutputOptions.cell(device, "officer"),
                            OutputOptions.cell(device, "addedAt"),
                            OutputOptions.cell(device, "revokedAt")));
                }
                output.table(rows);
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code device revoke}. */
    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Refuses a device from now on.")
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "Its number.")
        private String id = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                server.post(PATH + ServerConnection.path(id, "revocation"), Map.of());
                output.done("device", id, "revoked");
                return ExitCode.DONE;
            });
        }
    }
}
