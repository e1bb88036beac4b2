package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code axis}. */
@Command(
        name = "axis",
        mixinStandardHelpOptions = true,
        description = "Connects Axis body worn systems.",
        subcommands = AxisCommand.Connect.class)
final class AxisCommand {
    private AxisCommand() {}

    /** The verb {@code axis connection-file}. */
    @Command(
            name = "connection-file",
            mixinStandardHelpOptions = true,
            description =
                    "Lets an Axis system in and prints, this once, the file to import into AXIS Body Worn Manager.")
    static final class Connect implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--name", required = true, description = "Names the system; small letters, digits, hyphens.")
        private String name = "";

        @Option(
                names = "--address",
                required = true,
                paramLabel = "HOST:PORT",
                description = "Where the system reaches this server; several may be given.")
        private List<String> addresses = new ArrayList<>();

        @Option(names = "--site", description = "What people call the site.")
        private @Nullable String site;

        @Option(names = "--container-type", description = "mkv (default) or mp4; never changes afterwards.")
        private @Nullable String containerType;

        @Option(names = "--full-store-and-read", description = "Promises full store-and-read support, for ever.")
        private boolean fullStoreAndRead;

        @Option(names = "--time-server", description = "Let the system take its time from this machine (NTP).")
        private boolean timeServer;

        @Option(
                names = "--encrypt-for",
                paramLabel = "FILE",
                description = "PEM of an RSA public key; the cameras then encrypt for it, for ever.")
        private @Nullable Path publicKey;

        @Option(names = "--key-id", description = "Names that key.")
        private @Nullable String publicKeyId;

        @Option(names = "--renew", description = "Give a system that is let in a new key; the one before ends.")
        private boolean renew;

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", name);
            body.put("site", site);
            body.put("addresses", addresses);
            body.put("containerType", containerType);
            body.put("fullStoreAndRead", fullStoreAndRead);
            body.put("timeServer", timeServer);
            body.put("publicKey", publicKey == null ? null : Files.readString(publicKey, StandardCharsets.US_ASCII));
            body.put("publicKeyId", publicKeyId);
            body.put("renew", renew);
            return connection.connected(false, server -> {
                JsonNode file = server.post("/api/v1/axis/connection-files", body);
                output.print(file);
                return ExitCode.DONE;
            });
        }
    }
}
