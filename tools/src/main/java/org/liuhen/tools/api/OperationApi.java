package org.liuhen.tools.api;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.upkeep.RotReport;

/** How the server is doing, for machines that watch it. */
public final class OperationApi {
    private static final int MAX_TOLD = 100;

    private final Vault vault;
    private final Catalog catalog;
    private final PrometheusMeterRegistry meters;
    private final List<Supplier<List<String>>> watched;
    private final Supplier<Map<String, Object>> media;

    /**
     * @param watched each says what somebody should look after, though uploads are taken
     * @param media how media work is doing
     */
    public OperationApi(
            Vault vault,
            Catalog catalog,
            PrometheusMeterRegistry meters,
            List<Supplier<List<String>>> watched,
            Supplier<Map<String, Object>> media) {
        this.media = media;
        this.watched = List.copyOf(watched);
        this.vault = vault;
        this.catalog = catalog;
        this.meters = meters;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/health/live", request -> Response.json(200, Map.of("status", "live"))),
                Route.of("GET", "/health/ready", request -> ready()),
                Route.of("GET", "/api/v1/status", this::status),
                Route.of("GET", "/metrics", this::metrics),
                Route.of("GET", "/api/openapi.yaml", request -> document()));
    }

    /** Why this server cannot take uploads now; empty if it can. */
    public List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        vault.outOfService().ifPresent(why -> reasons.add("vault: out of service: " + why));
        try {
            if (vault.roomBytes() <= 0) {
                reasons.add("vault: no room left");
            }
        } catch (StorageFailure e) {
            reasons.add("vault: " + e.kind());
        }
        catalog.outOfService().ifPresent(why -> reasons.add("catalog: out of service: " + why));
        try {
            if (!catalog.hasRoom()) {
                reasons.add("catalog: no room left");
            }
            catalog.sizes();
        } catch (StorageFailure e) {
            reasons.add("catalog: " + e.kind());
        }
        return reasons;
    }

    /** What somebody should look after though uploads are taken; empty if there is nothing. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        try {
            List<RotReport> rot = RotReport.open(catalog, MAX_TOLD);
            if (!rot.isEmpty()) {
                warnings.add("rot: " + (rot.size() < MAX_TOLD ? "" : "at least ") + rot.size()
                        + " recordings are not as they were received, the first: "
                        + rot.get(0).recording() + ": " + rot.get(0).detail());
            }
        } catch (StorageFailure e) {
            warnings.add("catalog: " + e.kind());
        }
        watched.forEach(one -> warnings.addAll(one.get()));
        return warnings;
    }

    /** Reasons and warnings. */
    public List<String> troubles() {
        List<String> troubles = reasons();
        watched.forEach(one -> troubles.addAll(one.get()));
        return troubles;
    }

    private Response ready() {
        List<String> reasons = reasons();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", reasons.isEmpty() ? "ready" : "unready");
        json.put("reasons", reasons);
        return Response.json(reasons.isEmpty() ? 200 : 503, json).with("cache-control", "no-store");
    }

    private Response status(Request request) throws Problem, StorageFailure {
        Access.OPERATION.require(request.principal());
        Map<String, Object> json = new LinkedHashMap<>();
        List<String> reasons = reasons();
        json.put("ready", reasons.isEmpty());
        json.put("reasons", reasons);
        json.put("warnings", warnings());
        json.put("roomBytes", vault.roomBytes());
        json.put("sizes", catalog.sizes());
        json.put("media", media.get());
        json.put("ledgerSize", catalog.ledger().head().size());
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response metrics(Request request) throws Problem {
        if (!nearby(request)) {
            Access.METRICS.require(request.principal());
        }
        return Response.text(200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape())
                .with("cache-control", "no-store");
    }

    /** Whether a request comes from this very machine. */
    private static boolean nearby(Request request) {
        if (request.principal() instanceof Principal.OfConsole) {
            return true;
        }
        boolean numeric = request.peer().matches("[0-9a-fA-F:.%]+");
        try {
            return numeric
                    && request.header("x-forwarded-for").isEmpty()
                    && request.header("forwarded").isEmpty()
                    && InetAddress.getByName(request.peer()).isLoopbackAddress();
        } catch (UnknownHostException ignored) {
            // not an address, so not this machine's
            return false;
        }
    }

    private static Response document() throws IOException {
        try (InputStream in = OperationApi.class.getResourceAsStream("/openapi.yaml")) {
            byte[] bytes =
                    Objects.requireNonNull(in, "openapi.yaml: not built in").readAllBytes();
            return new Response(200, Headers.NONE, new Response.Bytes(bytes))
                    .with("content-type", "application/yaml")
                    .with("access-control-allow-origin", "*");
        }
    }
}
