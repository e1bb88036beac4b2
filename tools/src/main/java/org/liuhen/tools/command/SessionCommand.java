package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code session}. */
@Command(
        name = "session",
        mixinStandardHelpOptions = true,
        description = "Opens, marks and closes interrogation sessions, whose cameras are recorded meanwhile.",
        subcommands = {
            SessionCommand.Open.class,
            SessionCommand.MarkIt.class,
            SessionCommand.Explain.class,
            SessionCommand.Close.class,
            SessionCommand.ListAll.class,
            SessionCommand.Show.class
        })
final class SessionCommand {
    private static final String PATH = "/api/v1/sessions";

    /** The verb {@code session open}. */
    @Command(name = "open", mixinStandardHelpOptions = true, description = "Opens a session and begins to record.")
    static final class Open implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--case", required = true, description = "The case.")
        private String caseNumber = "";

        @Option(names = "--room", required = true, description = "The room, as configured.")
        private String room = "";

        @Option(names = "--kind", description = "What it is; interrogation by default.")
        private @Nullable String kind;

        @Option(names = "--camera", description = "Only this camera of the room; may be repeated.")
        private List<String> cameras = new ArrayList<>();

        @Option(
                names = "--person",
                paramLabel = "ROLE=NAME",
                description = "Somebody present, for example suspect=…; may be repeated.")
        private List<String> people = new ArrayList<>();

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("case", caseNumber);
            body.put("room", room);
            body.put("kind", kind);
            body.put("cameras", cameras.isEmpty() ? null : cameras);
            List<Map<String, String>> present = new ArrayList<>();
            for (String person : people) {
                int equals = person.indexOf('=');
                if (equals <= 0) {
                    throw new InvalidField("--person", "is not understood (expected: ROLE=NAME)");
                }
                present.add(Map.of("role", person.substring(0, equals), "name", person.substring(equals + 1)));
            }
            body.put("people", present);
            return connection.connected(false, server -> {
                JsonNode opened = server.post(PATH, body);
                if (output.json()) {
                    output.print(opened);
                } else {
                    output.line("session " + opened.path("session").asText() + " open");
                }
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code session mark}. */
    @Command(name = "mark", mixinStandardHelpOptions = true, description = "Writes down that something happened.")
    static final class MarkIt implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(index = "0", paramLabel = "ID", description = "The session.")
        private String id = "";

        @Parameters(index = "1", paramLabel = "MARK", description = "suspect-entered, record-signed or another word.")
        private String mark = "";

        @Option(names = "--at", description = "When, RFC 3339; now by default.")
        private @Nullable String at;

        @Option(names = "--note", description = "What else there is to say.")
        private @Nullable String note;

        @Override
        public Integer call() throws Exception {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("mark", mark);
            body.put("at", at);
            body.put("note", note);
            return connection.connected(
                    false, server -> shown(output, server.post(PATH + ServerConnection.path(id, "marks"), body)));
        }
    }

    /** The verb {@code session explain}. */
    @Command(name = "explain", mixinStandardHelpOptions = true, description = "Says why a camera has a gap.")
    static final class Explain implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(index = "0", paramLabel = "ID", description = "The session.")
        private String id = "";

        @Parameters(index = "1", paramLabel = "GAP", description = "The gap, as show names it.")
        private String gap = "";

        @Option(names = "--reason", required = true, description = "Why.")
        private String reason = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(
                    false,
                    server -> shown(
                            output,
                            server.post(
                                    PATH + ServerConnection.path(id, "gaps", gap, "reason"),
                                    Map.of("reason", reason))));
        }
    }

    /** The verb {@code session close}. */
    @Command(
            name = "close",
            mixinStandardHelpOptions = true,
            description = "Ends the recording, seals it, and names what is missing.")
    static final class Close implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "The session.")
        private String id = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(
                    false, server -> shown(output, server.post(PATH + ServerConnection.path(id, "close"), Map.of())));
        }
    }

    /** The verb {@code session list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists sessions, the latest first.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Option(names = "--case", description = "Of this case.")
        private @Nullable String caseNumber;

        @Option(names = "--room", description = "In this room.")
        private @Nullable String room;

        @Option(names = "--state", description = "open, incomplete or complete.")
        private @Nullable String state;

        @Override
        public Integer call() throws Exception {
            Map<String, @Nullable Object> asked = new LinkedHashMap<>();
            asked.put("case", caseNumber);
            asked.put("room", room);
            asked.put("state", state);
            asked.put("limit", 500);
            return connection.connected(false, server -> {
                JsonNode sessions = server.get(ServerConnection.query(PATH, asked));
                if (output.json()) {
                    output.print(sessions);
                    return ExitCode.DONE;
                }
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("SESSION", "ROOM", "CASE", "STATE", "OPENED", "CLOSED"));
                for (JsonNode session : sessions.path("sessions")) {
                    rows.add(List.of(
                            OutputOptions.cell(session, "session"),
                            OutputOptions.cell(session, "room"),
                            OutputOptions.cell(session, "case"),
                            OutputOptions.cell(session, "state"),
                            OutputOptions.cell(session, "openedAt"),
                            OutputOptions.cell(session, "closedAt")));
                }
                output.table(rows);
                return ExitCode.DONE;
            });
        }
    }

    /** The verb {@code session show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows one session: its cameras and what is missing.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private ConnectionOptions connection = new ConnectionOptions();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Parameters(paramLabel = "ID", description = "The session.")
        private String id = "";

        @Override
        public Integer call() throws Exception {
            return connection.connected(false, server -> shown(output, server.get(PATH + ServerConnection.path(id))));
        }
    }

    private static int shown(OutputOptions output, JsonNode session) throws java.io.IOException {
        if (output.json()) {
            output.print(session);
            return ExitCode.DONE;
        }
        output.line("session " + session.path("session").asText() + " in "
                + session.path("room").asText() + " for " + session.path("case").asText() + ": "
                + session.path("state").asText());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("CAMERA", "WHAT", "FROM", "TO", "ID", "REASON"));
        for (JsonNode camera : session.path("timeLine").path("cameras")) {
            for (JsonNode recording : camera.path("recordings")) {
                rows.add(row(camera, "recorded", recording, OutputOptions.cell(recording, "recording"), ""));
            }
        }
        for (JsonNode finding : session.path("findings")) {
            rows.add(row(
                    finding,
                    finding.path("kind").asText(),
                    finding,
                    finding.path("id").asText(),
                    finding.path("reason").path("reason").asText("not stated")));
        }
        output.table(rows);
        return ExitCode.DONE;
    }

    private static List<String> row(JsonNode camera, String what, JsonNode span, String id, String reason) {
        return List.of(
                camera.path("camera").asText(),
                what,
                span.path("from").asText(),
                span.path("to").asText(),
                id,
                reason);
    }
}
