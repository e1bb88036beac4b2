package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.liuhen.storage.StoredJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The verb {@code ledger}. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "The log over all custody events.",
        subcommands = {LedgerCommand.Checkpoint.class, LedgerCommand.Audit.class})
final class LedgerCommand {
    /** The verb {@code ledger checkpoint}. */
    @Command(name = "checkpoint", mixinStandardHelpOptions = true, description = "Prints the signed tree head.")
    static final class Checkpoint implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                String checkpoint = server.text("/ledger/checkpoint");
                if (output.json()) {
                    String[] lines = checkpoint.split("\n", -1);
                    output.print(StoredJson.MAPPER
                            .createObjectNode()
                            .put("origin", lines[0])
                            .put("size", Long.parseLong(lines[1]))
                            .put("root", lines[2])
                            .put("checkpoint", checkpoint));
                } else {
                    output.out().print(checkpoint);
                    output.out().flush();
                }
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code ledger audit}. */
    @Command(name = "audit", mixinStandardHelpOptions = true, description = "Recomputes the whole log.")
    static final class Audit implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                JsonNode audit = server.post("/api/v1/ledger/audits", Map.of());
                boolean consistent = audit.path("consistent").asBoolean();
                if (output.json()) {
                    output.print(audit);
                } else {
                    output.line("ledger of " + audit.path("size").asLong() + " events: "
                            + (consistent
                                    ? "consistent"
                                    : "NOT consistent: " + OutputOptions.cell(audit, "difference")));
                }
                return consistent ? ExitCode.DONE : ExitCode.NO;
            });
        }
    }
}
