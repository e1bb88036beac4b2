package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.retention.DisposalCertificate;
import org.liuhen.retention.Disposals;
import org.liuhen.retention.RetentionPlan;
import org.liuhen.retention.RetentionRun;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Page;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;

/** What retention would do, is told to do, and has done. */
public final class RetentionApi {
    private final Catalog catalog;
    private final Schedule schedule;
    private final RetentionRun run;
    private final Disposals disposals;
    private final InstantSource clock;
    private final ReentrantLock running = new ReentrantLock();

    public RetentionApi(Catalog catalog, Schedule schedule, RetentionRun run, InstantSource clock) {
        this.catalog = catalog;
        this.schedule = schedule;
        this.run = run;
        this.disposals = new Disposals(catalog);
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/retention/plan", this::plan),
                Route.document("POST", "/api/v1/retention/runs", (request, body) -> run(request)),
                Route.of("GET", "/api/v1/retention/disposals", this::disposals));
    }

    private Response plan(Request request) throws Problem {
        Access.RETENTION_READING.require(request.principal());
        LocalDate day = request.query("asOf").map(Fields.day("asOf")).orElseGet(() -> schedule.dayOf(clock.instant()));
        RetentionPlan plan = RetentionPlan.plan(catalog, schedule, day);
        return new Response(200, Headers.NONE, new Response.Stream(out -> {
                    try {
                        plan.writeJson(out);
                    } catch (StorageFailure e) {
                        throw new IOException("plan: the catalog cannot be read", e);
                    }
                }))
                .with("content-type", "application/json")
                .with("cache-control", "no-store");
    }

    private Response run(Request request) throws Problem, StorageFailure {
        Access.RETENTION_RUNNING.require(request.principal());
        // two runs at once would do no harm, but the second would only get in the way of the first
        if (!running.tryLock()) {
            throw new Problem(409, "retention-running", "retention: a run is under way").header("retry-after", "30");
        }
        try {
            return Response.json(200, run.run(request.principal().actor()));
        } finally {
            running.unlock();
        }
    }

    private Response disposals(Request request) throws Problem, StorageFailure {
        Access.RETENTION_READING.require(request.principal());
        Page<DisposalCertificate> page =
                disposals.page(Fields.limit(request), request.query("cursor").orElse(null));
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.set("disposals", StoredJson.MAPPER.valueToTree(page.items()));
        json.put("next", page.next());
        return Response.json(200, json).with("cache-control", "no-store");
    }
}
