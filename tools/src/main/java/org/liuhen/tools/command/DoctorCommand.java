package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The verb {@code doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Says what is wrong and what to do. Exits 1 if uploads cannot be taken.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() throws Exception {
        return connection.connected(false, server -> {
            JsonNode status = server.get("/api/v1/status");
            boolean ready = status.path("ready").asBoolean();
            JsonNode backup = server.get("/api/v1/backups").path("last");
            if (output.json()) {
                ((ObjectNode) status).set("lastBackup", backup.isMissingNode() ? null : backup);
                output.print(status);
            } else {
                print(status, ready);
                print(backup);
            }
            return ready ? ExitCode.DONE : ExitCode.NO;
        });
    }

    private void print(JsonNode status, boolean ready) {
        output.line(ready ? "uploads can be taken" : "uploads CANNOT be taken");
        for (JsonNode reason : status.path("reasons")) {
            output.line("wrong: " + reason.asText());
            output.line("  do: " + advice(reason.asText()));
        }
        for (JsonNode warning : status.path("warnings")) {
            output.line("warning: " + warning.asText());
            output.line("  do: " + advice(warning.asText()));
        }
        JsonNode media = status.path("media");
        if (media.path("works").asBoolean()) {
            String sandbox = media.path("sandbox").asText();
            output.line("media work: sandbox " + sandbox
                    + (media.path("paused").asBoolean() ? ", paused while uploads need the machine" : ""));
            String hardware = media.path("hardware").asText();
            if (!hardware.equals("none")) {
                output.line("graphics hardware: " + hardware + ", used for "
                        + media.path("hardwareUsed").asLong() + " pieces of work, software instead for "
                        + media.path("softwareInstead").asLong());
            }
            if (media.has("hardwareTrouble")) {
                output.line("  why software: " + media.path("hardwareTrouble").asText());
                output.line(
                        "  do: see that the device is there, its driver is installed, and this server's user may open"
                                + " it (group render or video); everything is made meanwhile, only slower");
            }
            if (sandbox.startsWith("none")) {
                output.line("  do: install bubblewrap and permit user namespaces; until then a child that a file"
                        + " captures sees what this server sees");
            }
        }
        output.line("room for " + (status.path("roomBytes").asLong() >> 20) + " MiB more");
        status.path("sizes")
                .properties()
                .forEach(size ->
                        output.line(size.getKey() + ": about " + size.getValue().asText()));
    }

    private void print(JsonNode backup) {
        if (backup.isMissingNode()) {
            output.line("no backup is known");
            output.line("  do: liuhen backup DIR, on another disk, every night from cron");
            return;
        }
        output.line("last backup: " + backup.path("at").asText() + " in "
                + backup.path("folder").asText());
        int troubles = backup.path("troubles").asInt();
        if (troubles > 0) {
            output.line("wrong: it could not save " + troubles + " things");
            output.line("  do: run liuhen backup again, it names them");
        }
    }

    private static String advice(String reason) {
        if (reason.contains("no room")) {
            return "make room on the disk or let retention run; uploads go on by themselves then";
        }
        if (reason.contains("out of service") && reason.contains("No space left")) {
            return "make room on the disk, then start the server again; nothing acknowledged is lost";
        }
        if (reason.contains("out of service")) {
            return "look at the disk (dmesg, smartctl), mend or replace it, then start the server again";
        }
        if (reason.startsWith("rot:")) {
            return "look at the disk (dmesg, smartctl); configure vault.mirror, or restore from a backup, then verify --all";
        }
        if (reason.startsWith("scrub:")) {
            return "set scrub.mibPerSecond and scrub.every so that everything is checked in time";
        }
        if (reason.startsWith("media:")) {
            return "look at the server's log; it is tried again, ever more rarely, and at once when the server is started"
                    + " again. Uploads are not touched, and the original is safe";
        }
        if (reason.startsWith("ledger:")) {
            return "see that the named address can be reached and that DATA/ledger can be written; uploads are not touched";
        }
        return "look at the server's log";
    }
}
