package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.retention.Classification;
import org.liuhen.retention.DeskAnswer;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.FootageDesk;

/** What decides how long recordings are kept: categories, cases, holds. */
public final class RecordsApi {
    private static final String ONE = "/api/v1/recordings/{id}";
    private static final String CASE = "/api/v1/cases/{case}";

    private final RecordsDesk records;
    private final FootageDesk footage;

    public RecordsApi(RecordsDesk records, FootageDesk footage) {
        this.records = records;
        this.footage = footage;
    }

    /** A category to give. */
    record NewCategory(
            @Nullable Category category, @Nullable String reason) {}

    /** A case to link to. */
    record NewLink(
            @com.fasterxml.jackson.annotation.JsonProperty("case") @Nullable
            CaseNumber number,

            @Nullable String reason) {}

    /** An order to keep. */
    record NewHold(@Nullable String reason, @Nullable Instant until) {}

    /** Why something ends. */
    record Ending(@Nullable String reason) {}

    /** What a case is to become. */
    record NewState(@Nullable String state, @Nullable String reason) {}

    public List<Route> routes() {
        return List.of(
                Route.document("POST", ONE + "/classification", this::classify),
                Route.document("POST", ONE + "/cases", this::link),
                Route.document("POST", ONE + "/holds", this::hold),
                Route.document("DELETE", ONE + "/holds/{hold}", this::release),
                Route.of("GET", CASE, this::caseFile),
                Route.document("POST", CASE + "/state", this::setState));
    }

    private Response classify(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.CLASSIFYING.require(request.principal());
        NewCategory wanted = Fields.body(body, NewCategory.class);
        DeskAnswer.Done<Classification> done = done(records.classify(
                RecordingsApi.id(request),
                Fields.required("category", wanted.category()),
                Fields.reason(wanted.reason()),
                request.principal().actor()));
        boolean proposed = done.value().step() == Classification.Step.PROPOSED;
        ObjectNode json = RecordingDocument.of(done.recording());
        json.put("classification", done.value().step().name().toLowerCase(Locale.ROOT));
        return Response.json(proposed ? 202 : 200, json);
    }

    private Response link(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.LINKING.require(request.principal());
        NewLink wanted = Fields.body(body, NewLink.class);
        return recording(done(records.link(
                RecordingsApi.id(request),
                Fields.required("case", wanted.number()),
                Fields.reason(wanted.reason()),
                request.principal().actor())));
    }

    private Response hold(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.HOLDING.require(request.principal());
        NewHold wanted = Fields.body(body, NewHold.class);
        DeskAnswer.Done<org.liuhen.storage.Hold> done = done(records.hold(
                RecordingsApi.id(request),
                Fields.reason(wanted.reason()),
                wanted.until(),
                request.principal().actor()));
        ObjectNode json = RecordingDocument.of(done.recording());
        json.put("hold", done.value().id());
        return Response.json(201, json);
    }

    private Response release(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.RELEASING.require(request.principal());
        String reason = body.length == 0
                ? request.query("reason").orElse(null)
                : Fields.body(body, Ending.class).reason();
        return recording(done(records.release(
                RecordingsApi.id(request),
                request.parameter("hold"),
                Fields.reason(reason),
                request.principal().actor())));
    }

    private static Response recording(DeskAnswer.Done<?> done) {
        return Response.json(200, RecordingDocument.of(done.recording()));
    }

    private static <T> DeskAnswer.Done<T> done(DeskAnswer<T> answer) throws Problem {
        if (answer instanceof DeskAnswer.Refused<T> refused) {
            throw switch (refused.why()) {
                case UNKNOWN_RECORDING, UNKNOWN_HOLD -> new Problem(404, "not-found", refused.message());
                case DISPOSED -> new Problem(410, "disposed", refused.message());
                case NOT_A_PERSON -> new Problem(403, "forbidden", refused.message());
            };
        }
        return (DeskAnswer.Done<T>) answer;
    }

    private Response caseFile(Request request) throws Problem, StorageFailure {
        CaseNumber number = number(request);
        var page = footage.find(
                request.principal(),
                RecordingQuery.ofCase(number),
                Fields.limit(request),
                request.query("cursor").orElse(null));
        Optional<CaseFile> file = records.caseFile(number);
        if (file.isEmpty() && page.items().isEmpty() && page.next() == null) {
            throw new Problem(404, "not-found", "case: nothing is known about " + number);
        }
        ObjectNode json = document(number, file);
        json.setAll(RecordingDocument.of(page));
        json.put("bytes", page.items().stream().mapToLong(Recording::sizeBytes).sum());
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response setState(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.CASES.require(request.principal());
        CaseNumber number = number(request);
        NewState wanted = Fields.body(body, NewState.class);
        String reason = Fields.reason(wanted.reason());
        CaseFile file = switch (Fields.required("state", wanted.state())) {
            case "open" -> records.openCase(number, reason, request.principal().actor());
            case "closed" ->
                records.closeCase(number, reason, request.principal().actor());
            default -> throw new InvalidField("state", "unknown (expected: open or closed)");
        };
        return Response.json(200, document(number, Optional.of(file)));
    }

    private static CaseNumber number(Request request) {
        return new CaseNumber(request.parameter("case"));
    }

    /** A case nobody has decided about is open. */
    private static ObjectNode document(CaseNumber number, Optional<CaseFile> file) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("case", number.value());
        json.put("state", file.map(CaseFile::open).orElse(true) ? "open" : "closed");
        json.put("since", file.map(known -> known.since().toString()).orElse(null));
        json.put("by", file.map(known -> known.by().value()).orElse(null));
        json.put("reason", file.map(CaseFile::reason).orElse(null));
        return json;
    }
}
