package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.clips.ClipShelf;
import org.liuhen.tools.clips.MadeClip;
import org.liuhen.tools.clips.SessionClip;
import org.liuhen.tools.clips.WantedClip;

/** Ordering clips that take a while: exact ones, with masks, of several recordings. Each belongs to who ordered it. */
public final class ClipsApi {
    private static final String ONE = "/api/v1/clips/{clip}";

    private static final int MOST_PATIENCE_SECONDS = 20;

    private final ClipShelf shelf;
    private final FootageDesk footage;

    public ClipsApi(ClipShelf shelf, FootageDesk footage) {
        this.shelf = shelf;
        this.footage = footage;
    }

    public List<Route> routes() {
        return List.of(
                Route.document("POST", "/api/v1/clips", this::order),
                Route.of("GET", ONE, this::show),
                Route.document("DELETE", ONE, (request, body) -> drop(request)),
                Route.of("GET", ONE + "/file", this::file),
                Route.of("GET", ONE + "/sidecar", this::sidecar));
    }

    private Response order(Request request, byte[] body) throws Exception {
        Access.FOOTAGE.require(request.principal());
        JsonNode json = StoredJson.MAPPER.readTree(body);
        WantedClip wanted = json.has("session")
                ? SessionClip.of(json, footage.session(request.principal(), SessionClip.session(json)))
                : WantedClip.of(json);
        ClipShelf.Ordered ordered = shelf.order(request.principal(), wanted);
        return Response.json(202, document(ordered)).with("location", address(ordered.id()));
    }

    private Response show(Request request) throws Problem, InterruptedException {
        Access.FOOTAGE.require(request.principal());
        int patience = Fields.number(request, "wait", 0, MOST_PATIENCE_SECONDS).orElse(0);
        return Response.json(
                200,
                document(shelf.await(request.principal(), request.parameter("clip"), Duration.ofSeconds(patience))
                        .orElseThrow(ClipsApi::unknown)));
    }

    private static Problem unknown() {
        return new Problem(404, "not-found", "clip: is unknown, or was fetched and is gone");
    }

    private ClipShelf.Ordered found(Request request) throws Problem {
        Access.FOOTAGE.require(request.principal());
        return shelf.find(request.principal(), request.parameter("clip")).orElseThrow(ClipsApi::unknown);
    }

    private MadeClip made(Request request) throws Problem {
        ClipShelf.Ordered ordered = found(request);
        MadeClip clip = ordered.clip();
        if (ordered.state() == ClipShelf.State.FAILED) {
            throw new Problem(422, "not-cut", String.valueOf(ordered.detail()));
        }
        if (clip == null) {
            throw new Problem(404, "not-ready", "clip: is " + state(ordered)).header("retry-after", "1");
        }
        return clip;
    }

    private Response file(Request request) throws Problem, StorageFailure {
        MadeClip clip = made(request);
        return Response.file(clip.file(), "video/mp4")
                .with("etag", '"' + clip.sha256() + '"')
                .with("content-disposition", Attachment.disposition(name(request) + ".mp4"))
                .with("cache-control", "no-store");
    }

    private Response sidecar(Request request) throws Problem {
        MadeClip clip = made(request);
        return Response.json(200, clip.sidecar())
                .with("content-disposition", Attachment.disposition(name(request) + ".mp4.json"))
                .with("cache-control", "no-store");
    }

    private static String name(Request request) {
        return "clip-" + request.parameter("clip");
    }

    private Response drop(Request request) throws Problem {
        Access.FOOTAGE.require(request.principal());
        shelf.drop(request.principal(), request.parameter("clip"));
        return Response.of(204);
    }

    private static String address(String id) {
        return "/api/v1/clips/" + id;
    }

    private static String state(ClipShelf.Ordered ordered) {
        return ordered.state().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode document(ClipShelf.Ordered ordered) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("id", ordered.id());
        json.put("state", state(ordered));
        json.put("doneSeconds", ordered.doneSeconds());
        json.put("ofSeconds", ordered.ofSeconds());
        json.put("detail", ordered.detail());
        json.put("until", ordered.until().toString());
        MadeClip clip = ordered.clip();
        if (clip != null) {
            json.put("sha256", clip.sha256());
            json.put("size", clip.sizeBytes());
            json.put("file", address(ordered.id()) + "/file");
            json.put("sidecar", address(ordered.id()) + "/sidecar");
        }
        return json;
    }
}
