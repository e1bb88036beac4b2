package org.liuhen.tools.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a verb prints: for people, or as JSON. */
final class OutputOptions {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    boolean json() {
        return json;
    }

    PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("output: of no command");
        }
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("output: of no command");
        }
        return spec.commandLine().getErr();
    }

    void line(String text) {
        out().println(text);
        out().flush();
    }

    void print(JsonNode node) throws JsonProcessingException {
        line(StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    }

    /** Says that something was done to something. */
    void done(String what, String name, String done) throws JsonProcessingException {
        if (json) {
            print(StoredJson.MAPPER.createObjectNode().put(what, name).put("done", done));
        } else {
            line(what + " " + name + " " + done);
        }
    }

    /** Columns as wide as their widest cell. */
    void table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                if (i == widths.size()) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), width(row.get(i))));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths.get(i) - width(row.get(i)) + 2));
                }
            }
            line(line.toString());
        }
    }

    /** A member as text, a dash if there is none. */
    static String cell(JsonNode node, String member) {
        JsonNode value = node.path(member);
        if (value.isArray()) {
            return joined(value);
        }
        return value.isNull() || value.asText().isEmpty() ? "-" : value.asText();
    }

    private static String joined(JsonNode array) {
        List<String> parts = new ArrayList<>();
        array.forEach(part -> parts.add(part.asText()));
        return parts.isEmpty() ? "-" : String.join(",", parts);
    }

    /** Chinese characters are two columns wide on a terminal. */
    private static int width(String text) {
        return text.codePoints()
                .map(c -> Character.isIdeographic(c) || (c >= 0x3000 && c <= 0xffef) ? 2 : 1)
                .sum();
    }
}
