package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.evidence.ReceiptCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Recomputes what is stored. Exits 1 if anything is not as it was received.")
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The recording.")
    private @Nullable String id;

    @Option(names = "--all", description = "Everything: originals, catalog and vault both ways, the ledger.")
    private boolean all;

    @Option(names = "--bag", paramLabel = "FILE.zip", description = "An evidence package, checked as a receipt is.")
    private @Nullable Path bag;

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description = "A receipt, or the sidecar of a clip, checked here without a server or a store.")
    private @Nullable Path receipt;

    @Option(
            names = "--original",
            paramLabel = "FILE",
            description = "With --receipt: the footage it was given for, to be compared with it.")
    private @Nullable Path original;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "A verifier key of the log that was got elsewhere, or a file with one a line; may be repeated."
                            + " One of them must have signed.")
    private List<String> keys = List.of();

    @Option(
            names = "--readers",
            paramLabel = "N",
            description = "With --all: how many originals to read at once (default: what the server is configured to).")
    private @Nullable Integer readers;

    @Override
    public Integer call() throws Exception {
        if ((id != null ? 1 : 0) + (all ? 1 : 0) + (receipt != null ? 1 : 0) + (bag != null ? 1 : 0) != 1) {
            throw new InvalidField("verify", "needs a recording, --all, --bag or --receipt, one of them");
        }
        if (receipt != null) {
            return receipt(receipt);
        }
        if (original != null) {
            throw new InvalidField("verify", "has --original without what it is for (expected: --receipt)");
        }
        if (bag != null) {
            return BagReport.verify(bag, PinnedKeys.of(keys), output);
        }
        if (!keys.isEmpty()) {
            throw new InvalidField("verify", "has --key without what it is for (expected: --receipt or --bag)");
        }
        return connection.connected(false, server -> id == null ? everything(server) : one(server, id));
    }

    private int receipt(Path file) throws IOException {
        for (Path given : original == null ? List.of(file) : List.of(file, original)) {
            if (!Files.isRegularFile(given) || !Files.isReadable(given)) {
                throw new InvalidField("FILE", given + " is not a file that can be read");
            }
        }
        ReceiptCheck check = new ReceiptCheck(PinnedKeys.of(keys));
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(ReceiptCheck.MAX_BYTES + 1);
        }
        if (SidecarReport.isSidecar(bytes)) {
            return new SidecarReport(check, output).verify(file, bytes, original);
        }
        Optional<String> difference =
                original == null ? check.firstDifference(bytes) : check.firstDifference(bytes, original);
        JsonNode json = difference.isEmpty() ? StoredJson.MAPPER.readTree(bytes) : StoredJson.MAPPER.missingNode();
        if (output.json()) {
            ObjectNode verdict = StoredJson.MAPPER.createObjectNode();
            verdict.put("receipt", file.toString());
            verdict.put("valid", difference.isEmpty());
            difference.ifPresent(text -> verdict.put("difference", text));
            verdict.put("keyPinned", !check.trustsReceiptsOwnKey());
            for (String member : List.of("recording", "device", "sha256", "size", "receivedAt", "verifier")) {
                if (json.has(member)) {
                    verdict.set(member, json.get(member));
                }
            }
            output.print(verdict);
        } else if (difference.isPresent()) {
            output.line(file + " NOT valid: " + difference.get());
        } else {
            output.line(file + " valid: recording " + OutputOptions.cell(json, "recording") + ", sha256 "
                    + OutputOptions.cell(json, "sha256") + ", received " + OutputOptions.cell(json, "receivedAt")
                    + " from " + OutputOptions.cell(json, "device"));
            if (check.trustsReceiptsOwnKey()) {
                output.line("It was checked with the key inside it, so anybody may have made it. Get the log's key"
                        + " elsewhere and give it with --key; the receipt's is "
                        + OutputOptions.cell(json, "verifier"));
            }
        }
        return difference.isEmpty() ? ExitCode.DONE : ExitCode.NO;
    }

    private int one(ServerConnection server, String recording) throws IOException, Refused {
        JsonNode verdict =
                server.post(ServerConnection.path("api", "v1", "recordings", recording, "verification"), Map.of());
        boolean intact = verdict.path("intact").asBoolean();
        if (output.json()) {
            output.print(verdict);
        } else {
            output.line(recording
                    + (intact ? " intact" : " DAMAGED: " + OutputOptions.cell(verdict, "detail") + repaired(verdict)));
        }
        return intact ? ExitCode.DONE : ExitCode.NO;
    }

    private int everything(ServerConnection server) throws IOException, Refused {
        ProgressLine progress = new ProgressLine(output.err());
        ArrayNode damaged = StoredJson.MAPPER.createArrayNode();
        ObjectNode summary = StoredJson.MAPPER.createObjectNode();
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("progress", true);
        asked.put("readers", readers);
        server.stream(
                "POST",
                ServerConnection.query("/api/v1/verifications", asked),
                Map.of(),
                (in, head) -> read(in, damaged, summary, progress));
        if (!summary.has("verified")) {
            throw new IOException("verification: ended before it was complete; the server's log says why");
        }
        boolean sound = damaged.isEmpty() && summary.path("ledgerConsistent").asBoolean();
        if (output.json()) {
            summary.set("recordings", damaged);
            output.print(summary);
        } else {
            output.line(summary.path("verified").asLong() + " recordings, "
                    + summary.path("bytes").asLong() + " bytes verified, "
                    + summary.path("damaged").asLong() + " damaged"
                    + (summary.path("repaired").asLong() > 0
                            ? ", " + summary.path("repaired").asLong() + " of them repaired from the mirror"
                            : "")
                    + "; ledger "
                    + (summary.path("ledgerConsistent").asBoolean()
                            ? "consistent"
                            : "NOT consistent: " + OutputOptions.cell(summary, "ledgerDifference")));
        }
        return sound ? ExitCode.DONE : ExitCode.NO;
    }

    private void read(InputStream in, ArrayNode damaged, ObjectNode summary, ProgressLine progress) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode json = StoredJson.MAPPER.readTree(line);
            if (json.has("progress")) {
                tell(progress, json.path("progress"));
            } else if (json.has("verified")) {
                summary.setAll((ObjectNode) json);
            } else {
                damaged.add(json);
                progress.clear();
                if (!output.json()) {
                    output.line(name(json) + " DAMAGED: " + OutputOptions.cell(json, "detail") + repaired(json));
                }
            }
        }
    }

    private static void tell(ProgressLine progress, JsonNode now) {
        long recordings = now.path("recordings").asLong();
        long all = now.path("ofRecordings").asLong();
        progress.reached(
                recordings,
                all,
                recordings + " of about " + all + ", " + (now.path("bytes").asLong() >> 20) + " MiB");
    }

    private static String name(JsonNode verdict) {
        return verdict.hasNonNull("recording")
                ? verdict.path("recording").asText()
                : "upload " + verdict.path("upload").asText();
    }

    private static String repaired(JsonNode verdict) {
        StringBuilder all = new StringBuilder();
        verdict.path("repaired").forEach(what -> all.append("; repaired: ").append(what.asText()));
        return all.toString();
    }
}
