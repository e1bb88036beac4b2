package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.liuhen.storage.Progress;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code backup}. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Copies the store, running or not, into a folder, which then holds its keys, too; run again, it"
                + " copies what is new and removes what the store has disposed of. Exits 1 if something could not be"
                + " saved.")
final class BackupCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "DIR", description = "Folder for backups of this store; better on another disk.")
    private Path folder = Path.of("");

    @Option(
            names = "--hard-links",
            description = "Give originals a second name instead of copying them, on the same disk: saves room, but"
                    + " protects neither from rot nor from the loss of the disk.")
    private boolean hardLinks;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> wanted =
                Map.of("folder", folder.toAbsolutePath().normalize().toString(), "hardLinks", hardLinks);
        return connection.connected(false, server -> made(server, wanted));
    }

    private int made(ServerConnection server, Map<String, Object> wanted) throws IOException, Refused {
        ObjectNode report = StoredJson.MAPPER.createObjectNode();
        Progress progress = new CountLine(output.err());
        server.stream("POST", "/api/v1/backups", wanted, (in, head) -> read(in, report, progress));
        if (report.has("failed")) {
            throw new IOException(report.path("failed").asText());
        }
        if (!report.has("run")) {
            throw new IOException("backup: ended before it was complete; the server's log says why");
        }
        if (output.json()) {
            output.print(report);
        } else {
            output.line(report.path("originals").asLong() + " originals and "
                    + report.path("events").asLong() + " events are safe in "
                    + report.path("run").asText() + ", as of "
                    + report.path("at").asText());
            output.line(report.path("copiedOriginals").asLong() + " originals new, "
                    + report.path("copiedBytes").asLong() + " bytes copied, "
                    + report.path("linkedBytes").asLong() + " linked, "
                    + report.path("removed").asLong() + " originals removed that were disposed of");
            report.path("troubles").forEach(trouble -> output.line("NOT saved: " + trouble.asText()));
        }
        return report.path("troubles").isEmpty() ? ExitCode.DONE : ExitCode.NO;
    }

    private static void read(InputStream in, ObjectNode report, Progress progress) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode json = StoredJson.MAPPER.readTree(line);
            if (json.has("run") || json.has("failed")) {
                report.setAll((ObjectNode) json);
            } else {
                progress.at("originals", json.path("originals").asLong());
            }
        }
    }
}
