package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.liuhen.storage.StoredJson;

/** What became of a command that was typed. */
record Done(int exit, String out, String error) {
    /** Runs a command in this process, as the launcher does in one of its own. */
    static Done run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter error = new StringWriter();
        int exit = LiuhenCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(error, true))
                .execute(arguments);
        return new Done(exit, out.toString(), error.toString());
    }

    JsonNode json() throws Exception {
        return StoredJson.MAPPER.readTree(out);
    }
}
