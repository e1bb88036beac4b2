package org.liuhen.tools.api;

import java.util.List;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.export.EvidenceDesk;
import org.liuhen.tools.export.ExportOrder;

/** Taking out the evidence of a case. */
public final class ExportApi {
    private final EvidenceDesk desk;

    public ExportApi(EvidenceDesk desk) {
        this.desk = desk;
    }

    public List<Route> routes() {
        return List.of(Route.of("GET", "/api/v1/cases/{case}/export", this::export));
    }

    private Response export(Request request) throws Problem, StorageFailure {
        Access.EXPORTING.require(request.principal());
        if (!request.method().equals("GET")) {
            throw new Problem(405, "method-not-allowed", "export: " + request.method() + " (expected: GET)")
                    .header("allow", "GET");
        }
        ExportOrder order = desk.order(
                request.principal(),
                new CaseNumber(request.parameter("case")),
                Fields.reason(request.query("reason").orElse(null)),
                leavesOutDamaged(request));
        return new Response(200, Headers.NONE, new Response.Stream(out -> desk.export(order, out)))
                .with("content-type", "application/zip")
                .with("content-disposition", Attachment.disposition(order.filename()))
                .with("cache-control", "no-store");
    }

    private static boolean leavesOutDamaged(Request request) {
        String damaged = request.query("damaged").orElse("refuse");
        if (!damaged.equals("refuse") && !damaged.equals("leave-out")) {
            throw new InvalidField("damaged", damaged + " (expected: refuse or leave-out)");
        }
        return damaged.equals("leave-out");
    }
}
