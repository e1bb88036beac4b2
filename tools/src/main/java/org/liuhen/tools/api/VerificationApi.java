package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.upkeep.Verifications;

/** Recomputing what is stored. */
public final class VerificationApi {
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

    /** One line of JSON for each recording that is not intact, and a last one with the counts. */
    private Response all(Request request) throws Problem {
        Access.VERIFYING.require(request.principal());
        return new Response(200, Headers.NONE, new Response.Stream(out -> {
                    try {
                        Verifications.Summary summary =
                                verifications.verifyAll(request.principal(), verdict -> line(out, document(verdict)));
                        ObjectNode last = StoredJson.MAPPER.createObjectNode();
                        last.put("verified", summary.verified());
                        last.put("bytes", summary.bytes());
                        last.put("damaged", summary.damaged());
                        last.put("ledgerConsistent", summary.ledgerDifference().isEmpty());
                        summary.ledgerDifference().ifPresent(text -> last.put("ledgerDifference", text));
                        line(out, last);
                    } catch (StorageFailure e) {
                        throw new IOException("verification: the store cannot be read", e);
                    }
                }))
                .with("content-type", "application/x-ndjson")
                .with("cache-control", "no-store");
    }

    private static void line(OutputStream out, ObjectNode json) throws IOException {
        out.write((StoredJson.MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static ObjectNode document(Verifications.Verdict verdict) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("recording", verdict.recording().hex());
        json.put("intact", verdict.damage().isEmpty());
        json.put("detail", verdict.damage().orElse(null));
        ArrayNode rotten = json.putArray("rottenMiB");
        verdict.rottenMiB().forEach(rotten::add);
        return json;
    }
}
