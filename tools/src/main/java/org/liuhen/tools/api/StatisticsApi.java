package org.liuhen.tools.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;

/**
 * Counts over a span of time, by walking the recordings that start in it: cheap for a month, and cut off, saying so,
 * where it would not be.
 */
public final class StatisticsApi {
    private static final Duration USUAL = Duration.ofDays(30);
    private static final int MOST = 200_000;

    private final Catalog catalog;
    private final InstantSource clock;

    public StatisticsApi(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(Route.of("GET", "/api/v1/statistics", this::statistics));
    }

    private Response statistics(Request request) throws Problem, StorageFailure {
        Access.OPERATION.require(request.principal());
        Instant to = request.query("to").map(Fields.instant("to")).orElseGet(clock::instant);
        Instant from = request.query("from").map(Fields.instant("from")).orElse(to.minus(USUAL));
        if (!from.isBefore(to)) {
            throw new InvalidField("from", from + " (expected: before " + to + ")");
        }
        Counts counts = new Counts();
        RecordingQuery query = new RecordingQuery(null, null, null, null, null, null, from, to);
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(query, Catalog.MAX_PAGE, cursor);
            page.items().forEach(counts::add);
            cursor = page.next();
        } while (cursor != null && counts.recordings < MOST);
        return Response.json(200, counts.document(from, to, cursor == null)).with("cache-control", "no-store");
    }

    private static final class Counts {
        private final Map<String, Long> byKind = new TreeMap<>();
        private final Map<String, Long> byCategory = new TreeMap<>();
        private final Map<String, Long> byUnit = new TreeMap<>();
        private final Map<String, Long> byState = new TreeMap<>();
        private final Map<String, Long> byFinding = new TreeMap<>();
        private long recordings;
        private long bytes;
        private long linked;

        void add(Recording recording) {
            recordings++;
            bytes += recording.sizeBytes();
            linked += recording.cases().isEmpty() ? 0 : 1;
            byKind.merge(recording.kind().label(), 1L, Long::sum);
            byCategory.merge(recording.retention().category().value(), 1L, Long::sum);
            byUnit.merge(text(recording.unit()), 1L, Long::sum);
            byState.merge(recording.state().label(), 1L, Long::sum);
            recording.findings().forEach(finding -> byFinding.merge(finding.kind(), 1L, Long::sum));
        }

        private static String text(@Nullable Object unit) {
            return unit == null ? "" : unit.toString();
        }

        Map<String, Object> document(Instant from, Instant to, boolean complete) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("from", from);
            json.put("to", to);
            json.put("complete", complete);
            json.put("recordings", recordings);
            json.put("bytes", bytes);
            json.put("linked", linked);
            json.put("linkedRate", recordings == 0 ? 0 : (double) linked / recordings);
            json.put("byKind", byKind);
            json.put("byCategory", byCategory);
            json.put("byUnit", byUnit);
            json.put("byState", byState);
            json.put("byFinding", byFinding);
            return json;
        }
    }
}
