package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.ingest.media.playback.PlaybackIndex;
import org.liuhen.ingest.media.playback.Splice;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.FootageDesk;

/** Finding recordings, looking at them, and what proves them. */
public final class RecordingsApi {
    private static final String ONE = "/api/v1/recordings/{id}";
    private static final Map<String, String> TYPES = Map.of(
            "m3u8", "application/vnd.apple.mpegurl",
            "mp4", "video/mp4",
            "m4s", "video/iso.segment",
            "jpg", "image/jpeg",
            "json", "application/json",
            "vtt", "text/vtt; charset=utf-8");

    private final FootageDesk desk;

    public RecordingsApi(FootageDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/recordings", this::list),
                Route.of("GET", ONE, this::one),
                Route.of("GET", ONE + "/original", this::original),
                Route.of("GET", ONE + "/playback/{file}", this::playback),
                Route.of("GET", ONE + "/poster.jpg", request -> rendition(request, "poster.jpg")),
                Route.of("GET", ONE + "/storyboard.vtt", request -> rendition(request, Renditions.STORYBOARD)),
                Route.of("GET", ONE + "/custody", this::custody));
    }

    static RecordingId id(Request request) throws Problem {
        try {
            return new RecordingId(request.parameter("id"));
        } catch (InvalidField e) {
            throw new Problem(404, "not-found", "recording: " + e.getMessage(), e);
        }
    }

    private Response list(Request request) throws Problem, StorageFailure {
        RecordingQuery query = new RecordingQuery(
                Fields.query(request, "case", CaseNumber::new),
                Fields.query(request, "device", DeviceId::new),
                Fields.query(request, "officer", OfficerId::new),
                Fields.query(request, "session", SessionId::new),
                Fields.query(request, "category", Category::new),
                Fields.query(request, "state", RecordingState::ofLabel),
                Fields.query(request, "from", Fields.instant("from")),
                Fields.query(request, "to", Fields.instant("to")),
                Fields.flag(request, "attachments") ? null : false);
        return Response.json(
                        200,
                        RecordingDocument.of(desk.find(
                                request.principal(),
                                query,
                                Fields.limit(request),
                                request.query("cursor").orElse(null))))
                .with("cache-control", "no-store");
    }

    private Response one(Request request) throws Problem, StorageFailure {
        Recording recording = desk.show(request.principal(), id(request));
        return Response.json(200, RecordingDocument.of(recording, desk.attachments(request.principal(), recording)))
                .with("cache-control", "no-store");
    }

    private Response original(Request request) throws Problem, StorageFailure {
        RecordingId id = id(request);
        Path file = request.method().equals("HEAD")
                ? desk.locate(request.principal(), id)
                : desk.original(request.principal(), id, request.query("reason").orElse(null));
        Recording recording = desk.show(request.principal(), id);
        return Response.file(file, Attachment.contentType(recording.contentType()))
                .with("etag", '"' + recording.fingerprint().hex() + '"')
                .with(
                        "repr-digest",
                        "sha-256=:"
                                + Base64.getEncoder()
                                        .encodeToString(recording.fingerprint().bytes()) + ":")
                .with("content-disposition", Attachment.disposition(recording.filename()))
                .with("cache-control", "private, no-cache")
                .with("x-content-type-options", "nosniff")
                .with("content-security-policy", "sandbox");
    }

    private Response playback(Request request) throws Problem, StorageFailure {
        String name = request.parameter("file");
        if (!name.equals(Renditions.STORYBOARD)) {
            return rendition(request, name);
        }
        Path file = desk.rendition(request.principal(), id(request), name).file();
        try {
            // it names pictures as seen from beside this folder; here they are in the same one
            return Response.text(
                            200,
                            TYPES.getOrDefault("vtt", ""),
                            Files.readString(file).replace("\nplayback/", "\n"))
                    .with("cache-control", "private, max-age=3600")
                    .with("x-content-type-options", "nosniff");
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "storyboard: cannot be read, recording=" + id(request), e);
        }
    }

    private Response rendition(Request request, String name) throws Problem, StorageFailure {
        FootageDesk.Shown shown = desk.rendition(request.principal(), id(request), name);
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        Splice splice = shown.splice();
        Response response = splice == null
                ? Response.file(shown.file(), type)
                : new Response(200, Headers.NONE, Spliced.of(shown.file(), splice))
                        .with("content-type", type)
                        .with(
                                "etag",
                                "\"" + PlaybackIndex.VERSION + "-" + id(request).hex() + "-" + name + "\"");
        return response.with("cache-control", name.endsWith(".m3u8") ? "private, no-cache" : "private, max-age=3600")
                .with("x-content-type-options", "nosniff");
    }

    private Response custody(Request request) throws Problem, StorageFailure {
        RecordingId id = id(request);
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("recording", id.hex());
        json.set("events", RecordingDocument.of(desk.custody(request.principal(), id)));
        return Response.json(200, json).with("cache-control", "no-store");
    }
}
