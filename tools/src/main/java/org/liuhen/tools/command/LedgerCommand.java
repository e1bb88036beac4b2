package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.ProofCheck;
import org.liuhen.storage.ledger.VerifierKey;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code ledger}. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "The log over all custody events.",
        subcommands = {
            LedgerCommand.Checkpoint.class,
            LedgerCommand.Audit.class,
            LedgerCommand.Consistency.class,
            LedgerCommand.Keys.class,
            LedgerCommand.RotateKey.class
        })
final class LedgerCommand {
    private static final int MAX_NOTE_BYTES = 64 << 10;

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
    @Command(
            name = "audit",
            mixinStandardHelpOptions = true,
            description = "Recomputes the whole log and compares the published folder with it.")
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

    /** The verb {@code ledger consistency}. */
    @Command(
            name = "consistency",
            mixinStandardHelpOptions = true,
            description = "Checks that the running log extends a checkpoint that was kept. Exits 1 if it does not.")
    static final class Consistency implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--old", required = true, paramLabel = "FILE", description = "The checkpoint that was kept.")
        private Path old = Path.of("");

        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "A verifier key of the log that was got elsewhere, or a file with one a line; may be"
                        + " repeated. Left out: the keys the server names.")
        private List<String> keys = List.of();

        @Override
        public Integer call() throws Exception {
            if (!Files.isRegularFile(old) || Files.size(old) > MAX_NOTE_BYTES) {
                throw new InvalidField("--old", old + " is not a checkpoint");
            }
            String kept = Files.readString(old);
            List<VerifierKey> pinned = PinnedKeys.of(keys);
            return connection.connected(false, server -> {
                Optional<String> difference = difference(server, kept, pinned);
                if (output.json()) {
                    ObjectNode json = StoredJson.MAPPER.createObjectNode();
                    json.put("consistent", difference.isEmpty());
                    difference.ifPresent(text -> json.put("difference", text));
                    json.put("keyPinned", !pinned.isEmpty());
                    output.print(json);
                } else {
                    output.line(difference
                            .map(text -> "NOT consistent: " + text)
                            .orElse("consistent: the log extends " + old));
                }
                return difference.isEmpty() ? ExitCode.DONE : ExitCode.NO;
            });
        }

        private static Optional<String> difference(ServerConnection server, String kept, List<VerifierKey> pinned)
                throws IOException, Refused {
            List<VerifierKey> trusted = new ArrayList<>(pinned);
            if (pinned.isEmpty()) {
                for (JsonNode key : server.get("/api/v1/ledger/keys").path("keys")) {
                    trusted.add(VerifierKey.parse(key.path("verifier").asText()));
                }
            }
            Optional<org.liuhen.storage.ledger.Checkpoint> then = opened(trusted, kept);
            if (then.isEmpty()) {
                return Optional.of("the old checkpoint is not signed by a trusted key");
            }
            Optional<org.liuhen.storage.ledger.Checkpoint> now = opened(trusted, server.text("/ledger/checkpoint"));
            if (now.isEmpty()) {
                return Optional.of("the log's checkpoint is not signed by a trusted key");
            }
            if (now.get().size() < then.get().size()) {
                return Optional.of("the log has " + now.get().size() + " events (expected: at least the "
                        + then.get().size() + " of the old checkpoint)");
            }
            List<byte[]> proof = new ArrayList<>();
            JsonNode answer = server.get("/api/v1/ledger/consistency?from="
                    + then.get().size() + "&to=" + now.get().size());
            for (JsonNode hash : answer.path("proof")) {
                proof.add(Base64.getDecoder().decode(hash.asText()));
            }
            boolean extended = then.get().origin().equals(now.get().origin())
                    && ProofCheck.consistency(
                            then.get().size(),
                            now.get().size(),
                            then.get().root(),
                            now.get().root(),
                            proof);
            return extended
                    ? Optional.empty()
                    : Optional.of("the log of " + now.get().size() + " events does not begin with the "
                            + then.get().size() + " of the old checkpoint");
        }

        private static Optional<org.liuhen.storage.ledger.Checkpoint> opened(List<VerifierKey> keys, String note) {
            for (VerifierKey key : keys) {
                try {
                    return Optional.of(org.liuhen.storage.ledger.Checkpoint.parse(key.open(note)));
                } catch (InvalidField ignored) {
                    // Which of several keys signed is found out by asking each.
                }
            }
            return Optional.empty();
        }
    }

    /** The verb {@code ledger keys}. */
    @Command(
            name = "keys",
            mixinStandardHelpOptions = true,
            description = "Lists every key the log ever signed with, the oldest first.")
    static final class Keys implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                JsonNode keys = server.get("/api/v1/ledger/keys");
                if (output.json()) {
                    output.print(keys);
                } else {
                    for (JsonNode key : keys.path("keys")) {
                        output.line(OutputOptions.cell(key, "verifier"));
                    }
                }
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code ledger rotate-key}. */
    @Command(
            name = "rotate-key",
            mixinStandardHelpOptions = true,
            description = "Signs with a new key from now on; the old one names it, and what it signed stays valid.")
    static final class RotateKey implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
        private String reason = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                JsonNode key = server.post("/api/v1/ledger/rotations", Map.of("reason", reason));
                if (output.json()) {
                    output.print(key);
                } else {
                    output.line(OutputOptions.cell(key, "verifier"));
                }
                return ExitCode.DONE;
            });
        }
    }
}
