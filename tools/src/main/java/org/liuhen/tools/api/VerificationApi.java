package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.upkeep.Difference;
import org.liuhen.tools.upkeep.Verdict;
import org.liuhen.tools.upkeep.Verifications;

/** Recomputing what is stored. */
public final class VerificationApi {
    /** More readers than any machine has disks. */
    private static final int MAX_READERS = 256;

    private final Verifications verifications;

    public VerificationApi(Verifications verifications) {
        this.verifications = verifications;
    }

    public List<Route> routes() {
        return List.of(
                Route.document("POST", "/api/v1/recordings/{id}/verification", (request, body) -> one(request)),
                Route.document("POST", "/api/v1/verifications", (request, body) -> all(request)));
    }

    private Response one(Request request) throws Problem, StorageFailure {
        Access.VERIFYING.require(request.principal());
        RecordingId id = RecordingsApi.id(request);
        return Response.json(200, document(verifications.verify(id, request.principal())));
    }

    /**
     * One line of JSON for each recording that is not intact, and a last one with the counts; between them, if asked for,
     * one about every second that says how far it is.
     */
    private Response all(Request request) throws Problem {
        Access.VERIFYING.require(request.principal());
        boolean progress = Fields.flag(request, "progress");
        Optional<Integer> readers = Fields.number(request, "readers", 1, MAX_READERS);
        return new Response(200, Headers.NONE, new Response.Stream(out -> {
                    try {
                        long began = System.nanoTime();
                        Verifications.Summary summary =
                                verifications.verifyAll(request.principal(), readers, new Lines(out, progress));
                        line(out, document(summary).put("seconds", (System.nanoTime() - began) / 1e9));
                    } catch (StorageFailure e) {
                        throw new IOException("verification: the store cannot be read", e);
                    }
                }))
                .with("content-type", "application/x-ndjson")
                .with("cache-control", "no-store");
    }

    private record Lines(OutputStream out, boolean progress) implements Verifications.Listener {
        @Override
        public void damaged(Verdict verdict) throws IOException {
            line(out, document(verdict));
        }

        @Override
        public void progressed(Verifications.Progress now) throws IOException {
            if (progress) {
                ObjectNode json = StoredJson.MAPPER.createObjectNode();
                json.putObject("progress")
                        .put("recordings", now.recordings())
                        .put("ofRecordings", now.ofRecordings())
                        .put("bytes", now.bytes())
                        .put("damaged", now.damaged());
                line(out, json);
            }
        }
    }

    private static ObjectNode document(Verifications.Summary summary) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("verified", summary.verified());
        json.put("bytes", summary.bytes());
        json.put("damaged", summary.damaged());
        json.put("repaired", summary.repaired());
        json.put("ledgerConsistent", summary.ledgerDifference().isEmpty());
        summary.ledgerDifference().ifPresent(text -> json.put("ledgerDifference", text));
        return json;
    }

    private static void line(OutputStream out, ObjectNode json) throws IOException {
        out.write((StoredJson.MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static ObjectNode document(Verdict verdict) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put(
                "recording",
                verdict.recording() == null ? null : verdict.recording().hex());
        if (verdict.upload() != null) {
            json.put("upload", verdict.upload().hex());
        }
        json.put("intact", verdict.intact());
        json.put("detail", verdict.damage().orElse(null));
        ArrayNode rotten = json.putArray("rottenMiB");
        verdict.rottenMiB().forEach(rotten::add);
        ArrayNode differences = json.putArray("differences");
        for (Difference difference : verdict.differences()) {
            differences
                    .addObject()
                    .put("copy", difference.copy())
                    .put("where", difference.where())
                    .put("what", difference.what());
        }
        ArrayNode repaired = json.putArray("repaired");
        verdict.repaired().forEach(repaired::add);
        return json;
    }
}
