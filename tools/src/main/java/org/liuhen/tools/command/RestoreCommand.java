package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.serve.ServerConfiguration;
import org.liuhen.tools.serve.StoppedStore;
import org.liuhen.tools.upkeep.Restoration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Brings a backup back into an empty data folder and verifies everything. Exits 1 if anything is"
                + " not what was saved.")
final class RestoreCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "DIR", description = "What backup made.")
    private Path folder = Path.of("");

    @Option(names = "--data", paramLabel = "TARGET", description = "Data folder, empty or not there; default ./data.")
    private Path data = ServerConfiguration.DEFAULT_DATA;

    @Override
    public Integer call() throws Exception {
        Restoration.Report report;
        try (StoppedStore store = StoppedStore.openEmpty(data)) {
            report = store.restore(folder, new CountLine(output.err()));
        }
        if (output.json()) {
            output.print(document(report));
        } else {
            print(report);
        }
        return report.sound() ? ExitCode.DONE : ExitCode.NO;
    }

    private void print(Restoration.Report report) {
        report.wrong().forEach(wrong -> output.line("WRONG: " + wrong));
        report.summary().ledgerDifference().ifPresent(text -> output.line("WRONG: ledger: " + text));
        if (!report.complete()) {
            output.line("not restored: these files are not what was saved; mend the backup or use another");
            return;
        }
        output.line("restored " + report.run() + ": " + report.summary().verified() + " recordings, "
                + report.summary().bytes() + " bytes verified");
        report.adopted()
                .forEach(id -> output.line("recording " + id
                        + " is newer than the backup's catalog: taken in from its manifest, and held"));
        output.line("the log goes on after event " + report.events() + ", whose checkpoint was");
        output.line(report.checkpoint().strip());
        output.line("whoever has seen a later checkpoint (witnesses, holders of later receipts) will notice that the"
                + " log forks here; tell them");
    }

    private static ObjectNode document(Restoration.Report report) {
        ObjectNode json = StoredJson.MAPPER
                .createObjectNode()
                .put("run", report.run().toString())
                .put("restored", report.complete())
                .put("events", report.events())
                .put("checkpoint", report.checkpoint())
                .put("verified", report.summary().verified())
                .put("bytes", report.summary().bytes())
                .put("damaged", report.summary().damaged())
                .put("ledgerConsistent", report.summary().ledgerDifference().isEmpty());
        report.adopted().forEach(json.putArray("adopted")::addPOJO);
        report.wrong().forEach(json.putArray("wrong")::add);
        return json;
    }
}
