package org.liuhen.device.tus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.StorageFailure;

/**
 * Uploads over HTTP on one kind of resource: tus 1.0.0, the IETF's resumable uploads, and a plain {@code POST} of a
 * whole file. A request that has {@code Tus-Resumable} is tus; one that says whether it ends the upload, or that has
 * nothing of tus, is the IETF's; a {@code POST} with fields of neither is a whole file. Safe for many threads.
 */
public final class TusAdapter implements DeviceAdapter {
    private static final List<String> TUS_FIELDS =
            List.of("upload-length", "upload-defer-length", "upload-metadata", "upload-concat");

    private final Uploads uploads;
    private final TusProtocol tus;
    private final ResumableProtocol resumable;
    private final WholeFile wholeFile;

    public TusAdapter(Uploads uploads) {
        this.uploads = uploads;
        this.tus = new TusProtocol(uploads);
        this.resumable = new ResumableProtocol(uploads);
        this.wholeFile = new WholeFile(uploads);
    }

    @Override
    public String name() {
        return "tus";
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (String method : List.of("OPTIONS", "POST")) {
            routes.add(Route.streaming(method, "/uploads", this::begin).always(TusProtocol.VERSION_FIELD, "1.0.0"));
        }
        for (String method : List.of("OPTIONS", "HEAD", "GET", "POST", "PATCH", "DELETE")) {
            routes.add(Route.streaming(method, "/uploads/{id}", this::goOn).always(TusProtocol.VERSION_FIELD, "1.0.0"));
        }
        return routes;
    }

    /** The method that is meant: some networks let nothing but {@code GET} and {@code POST} through. */
    private static String method(Request head) {
        return head.header("x-http-method-override")
                .map(method -> method.strip().toUpperCase(Locale.ROOT))
                .orElse(head.method());
    }

    private BodyHandler.Sink begin(Request head) throws Problem, StorageFailure {
        String method = method(head);
        if (method.equals("OPTIONS")) {
            return new Bodyless(() -> options());
        }
        requireKnown(head);
        if (!method.equals("POST")) {
            throw notAllowed(method, "OPTIONS, POST");
        }
        requireUncoded(head);
        boolean saysEnd = Draft.ALL.stream()
                .anyMatch(draft -> head.header(draft.completeField()).isPresent());
        if (isTus(head)) {
            return tus.create(head);
        }
        if (Draft.of(head).completes(head).isPresent()) {
            return resumable.create(head);
        }
        boolean looksLikeTus =
                TUS_FIELDS.stream().anyMatch(field -> head.header(field).isPresent());
        return looksLikeTus && !saysEnd ? tus.create(head) : wholeFile.accept(head);
    }

    private BodyHandler.Sink goOn(Request head) throws Problem, StorageFailure {
        String method = method(head);
        if (method.equals("OPTIONS")) {
            return new Bodyless(() -> options());
        }
        requireKnown(head);
        requireUncoded(head);
        return switch (method) {
            case "HEAD" -> new Bodyless(() -> isTus(head) ? tus.standing(head) : resumable.standing(head));
            case "GET" -> new Bodyless(() -> resumable.standing(head));
            case "DELETE" -> new Bodyless(() -> isTus(head) ? tus.giveUp(head) : resumable.giveUp(head));
            case "PATCH" -> isTus(head) || TusProtocol.hasBodyType(head) ? tus.append(head) : resumable.append(head);
            default -> throw notAllowed(method, "DELETE, GET, HEAD, OPTIONS, PATCH");
        };
    }

    private static boolean isTus(Request head) {
        return head.header(TusProtocol.VERSION_FIELD).isPresent();
    }

    private static void requireKnown(Request request) throws Problem {
        if (request.principal() instanceof Principal.Anonymous) {
            throw Answers.unauthorized();
        }
    }

    /** What is sealed must be the file, not the file packed: nobody could tell afterwards which of them is meant. */
    private static void requireUncoded(Request head) throws Problem {
        Optional<String> coding =
                head.header("content-encoding").filter(said -> !said.strip().equalsIgnoreCase("identity"));
        if (coding.isPresent()) {
            throw new Problem(
                            415,
                            "content-encoding",
                            "Content-Encoding: " + coding.get() + " (expected: the file as it is, without coding)")
                    .header("accept-encoding", "identity");
        }
    }

    private static Problem notAllowed(String method, String allow) {
        return new Problem(405, "method-not-allowed", "method: " + method + " (expected: one of " + allow + ")")
                .header("allow", allow);
    }

    private Response options() {
        return Response.of(204)
                .with("tus-version", "1.0.0")
                .with("tus-extension", TusProtocol.EXTENSIONS)
                .with("tus-max-size", Long.toString(uploads.settings().largestBytes()))
                .with("tus-checksum-algorithm", Checksum.ALGORITHMS)
                .with("upload-limit", Answers.limit(uploads.settings()))
                .with("accept-patch", TusProtocol.BODY_TYPE + ", " + ResumableProtocol.BODY_TYPE);
    }

    /** The bare media type of a body, in lower case. */
    static Optional<String> mediaType(Request head) {
        return head.header("content-type")
                .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
}
