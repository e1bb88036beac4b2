package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.serve.ServerConfiguration;
import org.liuhen.tools.serve.StoppedStore;
import org.liuhen.tools.upkeep.Reindex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code reindex}. */
@Command(
        name = "reindex",
        mixinStandardHelpOptions = true,
        description = "Rebuilds recordings, indexes and jobs from events and manifests; where the database is lost or"
                + " unreadable, from the events in the ledger folder. Stop the server first. Exits 1"
                + " if something could not be rebuilt.")
final class ReindexCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder, default ./data.")
    private Path data = ServerConfiguration.DEFAULT_DATA;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration of the server, YAML.")
    private @Nullable Path config;

    @Override
    public Integer call() throws Exception {
        ServerConfiguration configuration =
                config == null ? ServerConfiguration.defaults() : ServerConfiguration.read(config);
        Reindex.Report report;
        try (StoppedStore store = StoppedStore.open(data, configuration)) {
            report = store.reindex(new CountLine(output.err()));
        }
        if (output.json()) {
            output.print(document(report));
        } else {
            output.line("rebuilt " + report.recordings() + " recordings from " + report.events() + " events, "
                    + report.jobs() + " jobs queued");
            report.notes().forEach(output::line);
            report.adopted().forEach(id -> output.line("recording " + id + " taken in from its manifest, and held"));
            report.troubles().forEach(trouble -> output.line("NOT rebuilt: " + trouble));
            report.replaced()
                    .ifPresent(path -> output.line("the former catalog is " + path
                            + ": delete it when `liuhen verify --all` finds nothing wrong"));
        }
        return report.troubles().isEmpty() ? ExitCode.DONE : ExitCode.NO;
    }

    private static ObjectNode document(Reindex.Report report) {
        ObjectNode json = StoredJson.MAPPER
                .createObjectNode()
                .put("events", report.events())
                .put("recordings", report.recordings())
                .put("jobs", report.jobs());
        report.adopted().forEach(json.putArray("adopted")::addPOJO);
        report.notes().forEach(json.putArray("notes")::add);
        report.troubles().forEach(json.putArray("troubles")::add);
        report.replaced().ifPresent(path -> json.put("replaced", path.toString()));
        return json;
    }
}
