package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code retention}. */
@Command(
        name = "retention",
        mixinStandardHelpOptions = true,
        description = "What may go, for cron.",
        subcommands = {RetentionCommand.Plan.class, RetentionCommand.Run.class})
final class RetentionCommand {
    /** The verb {@code retention plan}. */
    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = "Says what a run would do next with everything due. Never changes anything.")
    static final class Plan implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--as-of", paramLabel = "DATE", description = "On that day; today by default.")
        private @Nullable String asOf;

        @Override
        public Integer call() throws Exception {
            Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
            parameters.put("asOf", asOf);
            return connection.connected(false, server -> {
                JsonNode plan = server.get(ServerConnection.query("/api/v1/retention/plan", parameters));
                if (output.json()) {
                    output.print(plan);
                } else {
                    print(plan);
                }
                return ExitCode.DONE;
            });
        }

        private void print(JsonNode plan) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(
                    List.of("STEP", "RECORDING", "KEEP UNTIL", "CATEGORY", "CASES", "DEVICE", "BYTES", "WHY IT STAYS"));
            for (String part : new String[] {"announce", "erase", "keep"}) {
                for (JsonNode entry : plan.path(part)) {
                    rows.add(List.of(
                            part,
                            OutputOptions.cell(entry, "recording"),
                            OutputOptions.cell(entry, "keepUntil"),
                            OutputOptions.cell(entry, "category"),
                            OutputOptions.cell(entry, "cases"),
                            OutputOptions.cell(entry, "device"),
                            OutputOptions.cell(entry, "size"),
                            OutputOptions.cell(entry, "detail")));
                }
            }
            output.line("plan for " + plan.path("asOf").asText() + " ("
                    + plan.path("zone").asText() + "), "
                    + plan.path("graceDays").asText() + " days between announcement and erasure");
            if (rows.size() > 1) {
                output.table(rows);
            }
            JsonNode totals = plan.path("totals");
            totals.fieldNames()
                    .forEachRemaining(part -> output.line(
                            part + ": " + totals.path(part).path("count").asLong() + " recordings, "
                                    + totals.path(part).path("bytes").asLong() + " bytes"));
        }
    }

    /** The verb {@code retention run}. */
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Announces what is due, erases what was announced and whose grace is over. Safe to repeat and"
                    + " to kill.")
    static final class Run implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> {
                JsonNode done = server.post("/api/v1/retention/runs", Map.of());
                if (output.json()) {
                    output.print(done);
                } else {
                    output.line(String.format(
                            java.util.Locale.ROOT,
                            "retention on %s: %d announced, %d taken back, %d extended, %d erased (%d bytes), %d kept,"
                                    + " %d failed",
                            done.path("day").asText(),
                            done.path("announced").asLong(),
                            done.path("cancelled").asLong(),
                            done.path("extended").asLong(),
                            done.path("erased").asLong(),
                            done.path("erasedBytes").asLong(),
                            done.path("kept").asLong(),
                            done.path("failed").asLong()));
                    done.path("failures").forEach(failure -> output.line("failed: " + failure.asText()));
                }
                return done.path("failed").asLong() == 0 ? ExitCode.DONE : ExitCode.NO;
            });
        }
    }
}
