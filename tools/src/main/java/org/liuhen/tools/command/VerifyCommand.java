package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
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

    @Override
    public Integer call() throws Exception {
        if ((id != null) == all) {
            throw new InvalidField("verify", "needs a recording or --all, one of them");
        }
        return connection.connected(false, server -> id == null ? everything(server) : one(server, id));
    }

    private int one(ServerConnection server, String recording) throws IOException, Refused {
        JsonNode verdict =
                server.post(ServerConnection.path("api", "v1", "recordings", recording, "verification"), Map.of());
        boolean intact = verdict.path("intact").asBoolean();
        if (output.json()) {
            output.print(verdict);
        } else {
            output.line(recording + (intact ? " intact" : " DAMAGED: " + OutputOptions.cell(verdict, "detail")));
        }
        return intact ? ExitCode.DONE : ExitCode.NO;
    }

    private int everything(ServerConnection server) throws IOException, Refused {
        ArrayNode damaged = StoredJson.MAPPER.createArrayNode();
        ObjectNode summary = StoredJson.MAPPER.createObjectNode();
        server.stream("POST", "/api/v1/verifications", Map.of(), (in, head) -> read(in, damaged, summary));
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
                    + summary.path("damaged").asLong() + " damaged; ledger "
                    + (summary.path("ledgerConsistent").asBoolean()
                            ? "consistent"
                            : "NOT consistent: " + OutputOptions.cell(summary, "ledgerDifference")));
        }
        return sound ? ExitCode.DONE : ExitCode.NO;
    }

    private void read(InputStream in, ArrayNode damaged, ObjectNode summary) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode json = StoredJson.MAPPER.readTree(line);
            if (json.has("verified")) {
                summary.setAll((ObjectNode) json);
            } else {
                damaged.add(json);
                if (!output.json()) {
                    output.line(
                            OutputOptions.cell(json, "recording") + " DAMAGED: " + OutputOptions.cell(json, "detail"));
                }
            }
        }
    }
}
