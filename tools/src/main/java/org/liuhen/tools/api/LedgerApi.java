package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.LedgerKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.StoredLedger;
import org.liuhen.storage.ledger.TreeHash;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.Commits;
import org.liuhen.tools.attest.PublicLog;

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

    private final Catalog catalog;
    private final PublicLog log;
    private final StoredLedger ledger;
    private final InstantSource clock;

    private record Rotation(@Nullable String reason) {}

    public LedgerApi(Catalog catalog, PublicLog log, InstantSource clock) {
        this.catalog = catalog;
        this.log = log;
        this.ledger = log.ledger();
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/ledger/checkpoint", request -> note(log.checkpoint())),
                Route.of("GET", "/ledger/checkpoint.witnessed", request -> witnessed()),
                Route.of("GET", "/ledger/tile/{tile*}", this::tile),
                Route.of("GET", "/api/v1/ledger/inclusion", this::inclusion),
                Route.of("GET", "/api/v1/ledger/consistency", this::consistency),
                Route.of("GET", "/api/v1/ledger/keys", request -> keys()),
                Route.document("POST", "/api/v1/ledger/rotations", this::rotate),
                Route.document("POST", "/api/v1/ledger/audits", (request, body) -> audit(request)));
    }

    private static Response note(String text) {
        return Response.text(200, "text/plain; charset=utf-8", text)
                .with("cache-control", "no-cache")
                .with("access-control-allow-origin", "*");
    }

    private Response witnessed() throws Problem {
        return note(log.witnessed()
                .orElseThrow(() -> new Problem(404, "not-found", "ledger: no witness has cosigned a checkpoint yet")));
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
        if (level.equals("entries")) {
            return grown(() -> ledger.entryBundle(index, width));
        }
        int height = Integer.parseInt(level);
        if (height > MAX_LEVEL) {
            throw new Problem(404, "not-found", "tile: no such level");
        }
        return grown(() -> ledger.tile(height, index, width));
    }

    /** Something the log may not have yet. */
    private interface Piece<T> {
        T get() throws StorageFailure;
    }

    private static <T> T grown(Piece<T> piece) throws Problem, StorageFailure {
        try {
            return piece.get();
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING) {
                throw new Problem(404, "not-found", "ledger: the log has not grown that far", e);
            }
            throw e;
        }
    }

    private Response inclusion(Request request) throws Problem, StorageFailure {
        long leaf = number(request, "leaf", null);
        long size = number(request, "size", ledger.head().size());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("leaf", leaf);
        json.put("size", size);
        List<byte[]> proof = grown(() -> ledger.inclusionProof(leaf, size));
        byte[] hash = grown(() -> ledger.tile(0, leaf / FULL, (int) (leaf % FULL) + 1));
        json.put("leafHash", base64(java.util.Arrays.copyOfRange(hash, hash.length - TreeHash.BYTES, hash.length)));
        json.put("root", base64(grown(() -> ledger.root(size))));
        hashes(json, proof);
        return open(json);
    }

    private Response consistency(Request request) throws Problem, StorageFailure {
        long from = number(request, "from", null);
        long to = number(request, "to", ledger.head().size());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("from", from);
        json.put("to", to);
        List<byte[]> proof = grown(() -> ledger.consistencyProof(from, to));
        json.put("fromRoot", base64(grown(() -> ledger.root(from))));
        json.put("toRoot", base64(grown(() -> ledger.root(to))));
        hashes(json, proof);
        return open(json);
    }

    private static long number(Request request, String name, @Nullable Long usual) {
        Optional<String> text = request.query(name);
        if (text.isEmpty() && usual != null) {
            return usual;
        }
        if (text.isEmpty() || !text.get().matches("0|[1-9]\\d{0,17}")) {
            throw new InvalidField(name, text.orElse("") + " (expected: a whole number, 0 or more)");
        }
        return Long.parseLong(text.get());
    }

    private static void hashes(ObjectNode json, List<byte[]> proof) {
        ArrayNode hashes = json.putArray("proof");
        proof.forEach(hash -> hashes.add(base64(hash)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Response open(Object json) {
        return Response.json(200, json).with("cache-control", "no-cache").with("access-control-allow-origin", "*");
    }

    private Response keys() {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode all = json.putArray("keys");
        List<LedgerKey> keys = ledger.keys().all();
        for (LedgerKey key : keys) {
            ObjectNode one = all.addObject();
            one.put("verifier", key.verifier());
            one.put("since", key.since() == null ? null : key.since().toString());
            one.put("signs", key.equals(keys.get(keys.size() - 1)));
            one.put("statement", key.statement());
        }
        return open(json);
    }

    private Response rotate(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.ADMINISTRATION.require(request.principal());
        String reason = Fields.reason(Fields.body(body, Rotation.class).reason());
        LedgerKey next = ledger.keys()
                .rotate(
                        clock.instant(),
                        request.principal().actor(),
                        reason,
                        (org.liuhen.storage.ledger.KeyRing.Committer<Problem>) change -> Commits.apply(catalog, change))
                .orElseThrow(() -> new Problem(
                                409,
                                "rotation-under-way",
                                "ledger: the rotation before is not published yet; try again")
                        .header("retry-after", "5"));
        log.publishSoon();
        return Response.json(200, next);
    }

    private Response audit(Request request) throws Problem, StorageFailure {
        Access.VERIFYING.require(request.principal());
        long published = log.folder().publishedSize();
        Optional<String> difference = ledger.audit();
        if (difference.isEmpty()) {
            difference = log.folder().audit();
        }
        Map<String, Object> json = new TreeMap<>();
        json.put("size", ledger.head().size());
        json.put("published", published);
        json.put("consistent", difference.isEmpty());
        difference.ifPresent(text -> json.put("difference", text));
        json.put("checkpoint", ledger.checkpoint());
        json.put("verifier", ledger.verifierKey());
        return Response.json(200, json);
    }
}
