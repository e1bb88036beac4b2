package org.liuhen.tools.api;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;

/**
 * The public log: open to all, because it holds hashes only. Tiles never change once they are there, so anybody may
 * cache them for ever. Source: c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint.
 */
public final class LedgerApi {
    private static final int FULL = 256;
    /** {@code <level>/<index in groups of three, all but the last led by x>[.p/<width>]}. */
    private static final Pattern TILE =
            Pattern.compile("(entries|\\d{1,2})/((?:x\\d{3}/){0,5}\\d{3})(?:\\.p/(\\d{1,3}))?");

    private static final int MAX_LEVEL = 63;

    private final Ledger ledger;

    public LedgerApi(Ledger ledger) {
        this.ledger = ledger;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/ledger/checkpoint", request -> checkpoint()),
                Route.of("GET", "/ledger/tile/{tile*}", this::tile),
                Route.document("POST", "/api/v1/ledger/audits", (request, body) -> audit(request)));
    }

    private Response checkpoint() throws StorageFailure {
        return Response.text(200, "text/plain; charset=utf-8", ledger.checkpoint())
                .with("cache-control", "no-cache")
                .with("access-control-allow-origin", "*");
    }

    private Response tile(Request request) throws Problem, StorageFailure {
        Matcher parts = TILE.matcher(request.parameter("tile"));
        if (!parts.matches()) {
            throw new Problem(404, "not-found", "tile: no such path (expected: <level>/<index>[.p/<width>])");
        }
        int width = parts.group(3) == null ? FULL : Integer.parseInt(parts.group(3));
        long index = Long.parseLong(parts.group(2).replace("x", "").replace("/", ""));
        if (width < 1 || width > FULL || (parts.group(3) != null && width == FULL)) {
            throw new Problem(404, "not-found", "tile: no such width");
        }
        byte[] bytes = bytes(parts.group(1), index, width);
        return new Response(200, Headers.NONE, new Response.Bytes(bytes))
                .with("content-type", "application/octet-stream")
                .with("cache-control", "public, max-age=31536000, immutable")
                .with("access-control-allow-origin", "*");
    }

    private byte[] bytes(String level, long index, int width) throws Problem, StorageFailure {
        try {
            if (level.equals("entries")) {
                return ledger.entryBundle(index, width);
            }
            int height = Integer.parseInt(level);
            if (height > MAX_LEVEL) {
                throw new Problem(404, "not-found", "tile: no such level");
            }
            return ledger.tile(height, index, width);
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING) {
                throw new Problem(404, "not-found", "tile: the log has not grown that far", e);
            }
            throw e;
        }
    }

    private Response audit(Request request) throws Problem, StorageFailure {
        Access.VERIFYING.require(request.principal());
        var difference = ledger.audit();
        Map<String, Object> json = new TreeMap<>();
        json.put("size", ledger.head().size());
        json.put("consistent", difference.isEmpty());
        difference.ifPresent(text -> json.put("difference", text));
        json.put("checkpoint", ledger.checkpoint());
        json.put("verifier", ledger.verifierKey());
        return Response.json(200, json);
    }
}
