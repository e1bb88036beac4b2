package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Progress;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.upkeep.Backup;

/** Copying the running store to a folder of the server's machine; only somebody on that machine may ask for it. */
public final class BackupApi {
    private static final Duration TELLING = Duration.ofSeconds(1);

    private final Backup backup;
    private final InstantSource clock;

    public BackupApi(Backup backup, InstantSource clock) {
        this.backup = backup;
        this.clock = clock;
    }

    /**
     * A backup to make.
     *
     * @param folder absolute
     */
    record NewBackup(@Nullable String folder, @Nullable Boolean hardLinks) {}

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/backups", this::last), Route.document("POST", "/api/v1/backups", this::make));
    }

    private Response last(Request request) throws Problem, IOException {
        Access.OPERATION.require(request.principal());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        backup.last().ifPresent(last -> json.set("last", StoredJson.MAPPER.valueToTree(last)));
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response make(Request request, byte[] body) throws Problem, IOException {
        Access.OPERATION.require(request.principal());
        if (!(request.principal() instanceof Principal.OfConsole)) {
            throw new Problem(403, "forbidden", "backup: only on the server's own machine, through its private socket");
        }
        NewBackup wanted = Fields.body(body, NewBackup.class);
        Path folder = Path.of(Fields.required("folder", wanted.folder()));
        if (!folder.isAbsolute()) {
            throw new InvalidField("folder", folder + " (expected: an absolute path)");
        }
        boolean hardLinks = Boolean.TRUE.equals(wanted.hardLinks());
        return new Response(200, Headers.NONE, new Response.Stream(out -> {
                    try {
                        line(out, StoredJson.MAPPER.valueToTree(backup.run(folder, hardLinks, telling(out))));
                    } catch (StorageFailure | IOException e) {
                        line(out, StoredJson.MAPPER.createObjectNode().put("failed", String.valueOf(e.getMessage())));
                    }
                }))
                .with("content-type", "application/x-ndjson")
                .with("cache-control", "no-store");
    }

    private Progress telling(OutputStream out) {
        long[] next = {0};
        return (what, done) -> {
            long now = clock.millis();
            if (now >= next[0]) {
                next[0] = now + TELLING.toMillis();
                try {
                    line(out, StoredJson.MAPPER.createObjectNode().put(what, done));
                } catch (IOException ignored) {
                    // whoever asked has gone: the backup is finished all the same
                }
            }
        };
    }

    private static void line(OutputStream out, ObjectNode json) throws IOException {
        out.write((StoredJson.MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
