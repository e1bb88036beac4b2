package org.liuhen.tools.api;

import java.util.List;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.ReceiptDesk;

/** Receipts of recordings, in our form and in that of other programs. */
public final class ReceiptsApi {
    private static final String ONE = "/api/v1/recordings/{id}/receipt";

    private final ReceiptDesk desk;

    public ReceiptsApi(ReceiptDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(Route.of("GET", ONE, this::receipt), Route.of("GET", ONE + ".tlog-proof", this::tlogProof));
    }

    private Response receipt(Request request) throws Problem, StorageFailure {
        return Response.json(200, desk.receipt(request.principal(), RecordingsApi.id(request)))
                .with("cache-control", "no-store");
    }

    private Response tlogProof(Request request) throws Problem, StorageFailure {
        return Response.text(
                        200,
                        "text/plain; charset=utf-8",
                        desk.receipt(request.principal(), RecordingsApi.id(request))
                                .tlogProof())
                .with("cache-control", "no-store");
    }
}
