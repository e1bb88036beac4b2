package org.liuhen.tools.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code clip}. */
@Command(
        name = "clip",
        mixinStandardHelpOptions = true,
        description = "Fetches an excerpt as MP4, cut at the key frames around it, not encoded again.")
final class ClipCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "ID", description = "The recording.")
    private String id = "";

    @Option(names = "--from", required = true, paramLabel = "S", description = "Seconds from its start.")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "S", description = "Seconds from its start.")
    private String to = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to; must not exist yet.")
    private Path out = Path.of("");

    @Option(names = "--reason", description = "Why it is wanted; goes into its custody.")
    private @Nullable String reason;

    @Override
    public Integer call() throws Exception {
        GetCommand.requireFree(out);
        return connection.connected(false, server -> {
            Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
            parameters.put("from", from);
            parameters.put("to", to);
            parameters.put("reason", reason);
            String path = ServerConnection.path("api", "v1", "recordings", id, "clip");
            GetCommand.into(out, file -> server.download(ServerConnection.query(path, parameters), file));
            if (output.json()) {
                output.print(StoredJson.MAPPER
                        .createObjectNode()
                        .put("recording", id)
                        .put("file", out.toString())
                        .put("size", Files.size(out)));
            } else {
                output.line(id + " " + out);
            }
            return ExitCode.DONE;
        });
    }
}
