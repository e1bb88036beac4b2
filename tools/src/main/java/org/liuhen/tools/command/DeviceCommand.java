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
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code device}. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description = "Registers devices, which may then add recordings.",
        subcommands = {
            DeviceCommand.Add.class,
            DeviceCommand.ListAll.class,
            DeviceCommand.Show.class,
            DeviceCommand.Change.class,
            DeviceCommand.Assign.class,
            DeviceCommand.Certificate.class,
            DeviceCommand.Revoke.class
        })
final class DeviceCommand {
    private static final String PATH = "/api/v1/devices";

    /** What stands on a device. */
    static final class LabelOptions {
        @Option(names = "--name", description = "What people call it.")
        private @Nullable String name;

        @Option(names = "--unit", description = "The unit it belongs to.")
        private @Nullable String unit;

        @Option(names = "--serial", description = "Its maker's number.")
        private @Nullable String serial;

        @Option(names = "--maker", description = "Who made it.")
        private @Nullable String maker;

        @Option(names = "--model", description = "Its model.")
        private @Nullable String model;

        Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("unit", unit);
            body.put("serial", serial);
            body.put("maker", maker);
            body.put("model", model);
            return body;
        }
    }

    /** The verb {@code device add}. */
    @Command(name = "add", mixinStandardHelpOptions = true, description = "Registers a device; prints its token once.")
    static final class Add implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--id", required = true, description = "Its number.")
        private String id = "";

        @Option(names = "--officer", description = "The police number of who wears it.")
        private @Nullable String officer;

        @Mixin
        private LabelOptions label = new LabelOptions();

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = label.body();
            body.put("id", id);
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
                rows.add(List.of("DEVICE", "NAME", "UNIT", "OFFICER", "LAST SEEN", "OVERDUE", "REVOKED"));
                for (JsonNode device : devices.path("devices")) {
                    rows.add(List.of(
                            OutputOptions.cell(device, "id"),
                            OutputOptions.cell(device, "name"),
                            OutputOptions.cell(device, "unit"),
                            OutputOptions.cell(device, "officer"),
                            OutputOptions.cell(device, "lastSeen"),
                            OutputOptions.cell(device, "overdue"),
                            OutputOptions.cell(device, "revokedAt")));
                }
                output.table(rows);
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code device show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a device, who wore it, and how it was when it was last here.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "Its number.")
        private String id = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                output.print(server.get(PATH + ServerConnection.path(id)));
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code device change}. */
    @Command(
            name = "change",
            mixinStandardHelpOptions = true,
            description = "Changes what stands on a device; an empty text takes it away.")
    static final class Change implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "Its number.")
        private String id = "";

        @Mixin
        private LabelOptions label = new LabelOptions();

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = label.body();
            return connection.connected(false, server -> {
                server.post(PATH + ServerConnection.path(id, "label"), body);
                output.done("device", id, "changed");
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code device assign}. */
    @Command(
            name = "assign",
            mixinStandardHelpOptions = true,
            description = "Writes down who wears a device from when on.")
    static final class Assign implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "Its number.")
        private String id = "";

        @ArgGroup(multiplicity = "1")
        private Wearer wearer = new Wearer();

        @Option(names = "--from", paramLabel = "T", description = "Since when, RFC 3339 (default: now).")
        private @Nullable String from;

        /** Who. */
        private static final class Wearer {
            @Option(names = "--officer", description = "The police number of who wears it.")
            private @Nullable String officer;

            @Option(names = "--nobody", description = "Nobody in particular.")
            private boolean nobody;
        }

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("officer", wearer.nobody ? null : wearer.officer);
            body.put("from", from);
            return connection.connected(false, server -> {
                server.post(PATH + ServerConnection.path(id, "assignments"), body);
                output.done("device", id, "assigned");
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code device certificate}. */
    @Command(
            name = "certificate",
            mixinStandardHelpOptions = true,
            description = "Lets a device prove itself with a client certificate, or no longer.")
    static final class Certificate implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "Its number.")
        private String id = "";

        @ArgGroup(multiplicity = "1")
        private Chosen chosen = new Chosen();

        /** Which. */
        private static final class Chosen {
            @Option(names = "--file", paramLabel = "FILE", description = "The certificate, PEM; without its key.")
            private @Nullable Path file;

            @Option(names = "--remove", description = "Takes away the one it has.")
            private boolean remove;
        }

        @Override
        public Integer call() throws Exception {
            Path file = chosen.remove ? null : chosen.file;
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("certificate", file == null ? null : Files.readString(file));
            return connection.connected(false, server -> {
                server.post(PATH + ServerConnection.path(id, "certificate"), body);
                output.done("device", id, "changed");
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
