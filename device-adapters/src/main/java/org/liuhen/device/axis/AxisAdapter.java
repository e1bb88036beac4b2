package org.liuhen.device.axis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Handler;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/**
 * The content destination that Axis body worn systems push to. It speaks as much of Swift as they do: no listing, no
 * reading of recordings, no deleting, no copying, no resuming within an object. Safe for many threads.
 */
public final class AxisAdapter implements DeviceAdapter {
    private static final String AUTH = "/axis/auth/v1.0";
    private static final String ACCOUNT = "/axis/v1/{account}";
    private static final String CONTAINER = ACCOUNT + "/{container}";
    private static final String OBJECT = CONTAINER + "/{object*}";
    private static final int LONGEST_CONTAINER_BYTES = 256;
    private static final int LONGEST_OBJECT_BYTES = 1024;

    private final Door door;
    private final Shelf shelf;
    private final Documents documents;
    private final Sorting sorting;
    private final SessionPapers papers;
    private final Receiving receiving;
    private final CameraLabels labels;

    public AxisAdapter(
            Uploads uploads,
            Catalog catalog,
            Schedule schedule,
            CameraLabels labels,
            InstantSource clock,
            SecureRandom random) {
        this.labels = labels;
        this.door = new Door(catalog.register(), clock, random);
        this.shelf = new Shelf(catalog, clock);
        this.documents = new Documents(schedule);
        this.sorting = new Sorting(shelf, catalog, schedule, clock);
        this.papers = new SessionPapers(uploads, shelf);
        this.receiving = new Receiving(uploads, shelf, sorting, papers);
    }

    @Override
    public String name() {
        return "axis";
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                Route.of("GET", AUTH, door::enter),
                Route.of("HEAD", ACCOUNT, this::headAccount),
                Route.of("PUT", CONTAINER, request -> told(request, true)),
                Route.of("POST", CONTAINER, request -> told(request, false)),
                Route.of("HEAD", CONTAINER, this::headContainer),
                Route.streaming("PUT", OBJECT, this::put),
                Route.of("POST", OBJECT, this::post),
                Route.of("HEAD", OBJECT, request -> read(request, true)),
                Route.of("GET", OBJECT, request -> read(request, false))));
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            routes.add(Route.of(method, AUTH, AxisAdapter::unknownMethod));
        }
        for (String pattern : List.of(ACCOUNT, CONTAINER)) {
            routes.add(Route.of("GET", pattern, known(AxisAdapter::noListing)));
        }
        for (String pattern : List.of(CONTAINER, OBJECT)) {
            routes.add(Route.of("PATCH", pattern, known(AxisAdapter::unknownMethod)));
            routes.add(Route.of("DELETE", pattern, known(AxisAdapter::noDeleting)));
        }
        return routes;
    }

    private Handler known(Handler handler) {
        return request -> {
            door.require(request);
            return handler.handle(request);
        };
    }

    private static Response unknownMethod(Request request) throws Problem {
        throw new Problem(400, "bad-method", "method: " + request.method() + " is no part of this protocol");
    }

    private static Response noDeleting(Request request) throws Problem {
        throw new Problem(403, "forbidden", "deleting: only retention ends what was received");
    }

    private static Response noListing(Request request) throws Problem {
        throw new Problem(403, "forbidden", "listing: nothing is listed here, use HEAD");
    }

    private Response headAccount(Request request) throws Problem, StorageFailure {
        door.require(request);
        return Response.of(204)
                .with("x-account-container-count", "0")
                .with("x-account-object-count", "0")
                .with("x-account-bytes-used", "0");
    }

    private static String containerName(Request request) throws Problem {
        String name = request.parameter("container");
        if (name.isEmpty() || name.indexOf('/') >= 0 || bytes(name) > LONGEST_CONTAINER_BYTES) {
            throw new Problem(
                    400,
                    "bad-name",
                    "container: no name of one (expected: 1 to " + LONGEST_CONTAINER_BYTES + " bytes, no slash)");
        }
        return name;
    }

    private static String objectName(Request request) throws Problem {
        String name = request.parameter("object");
        if (name.isEmpty() || bytes(name) > LONGEST_OBJECT_BYTES) {
            throw new Problem(
                    400, "bad-name", "object: no name of one (expected: 1 to " + LONGEST_OBJECT_BYTES + " bytes)");
        }
        return name;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Takes what is told about a container; a {@code PUT} makes it if it is new. */
    private Response told(Request request, boolean creating) throws Problem, StorageFailure {
        AxisAccount account = door.require(request);
        String name = containerName(request);
        Map<String, String> said = Metadata.said(request.headers());
        ReentrantLock lock = receiving.lock(account.name(), name);
        lock.lock();
        try {
            Optional<AxisContainer> known = shelf.container(account.name(), name);
            if (known.isEmpty() && !creating) {
                throw noContainer();
            }
            Instant now = shelf.now();
            AxisContainer before = known.orElseGet(
                    () -> new AxisContainer(account.name(), name, Map.of(), java.util.Set.of(), now, now));
            Map<String, String> metadata = Metadata.merged(before.metadata(), said);
            AxisContainer after =
                    before.with(before.isRejected() ? Metadata.cut(metadata) : Metadata.bounded(metadata), now);
            if (after.isComplete()) {
                papers.write(account, after);
            }
            if (known.isEmpty() || !after.metadata().equals(before.metadata())) {
                shelf.put(after, said);
            }
            return Response.of(!creating ? 204 : known.isEmpty() ? 201 : 202);
        } finally {
            lock.unlock();
        }
    }

    private static Problem noContainer() {
        return new Problem(404, "no-container", "container: is not there (expected: PUT it first)");
    }

    private static Problem noObject() {
        return new Problem(404, "no-object", "object: is not there");
    }

    private Response headContainer(Request request) throws Problem, StorageFailure {
        AxisAccount account = door.require(request);
        AxisContainer container =
                shelf.container(account.name(), containerName(request)).orElseThrow(AxisAdapter::noContainer);
        List<AxisObject> objects = shelf.objects(container);
        Response response = Response.of(204)
                .with("x-container-object-count", Integer.toString(objects.size()))
                .with(
                        "x-container-bytes-used",
                        Long.toString(objects.stream()
                                .mapToLong(AxisObject::sizeBytes)
                                .sum()));
        return Metadata.with(response, true, container.metadata());
    }

    private BodyHandler.Sink put(Request head) throws Problem, StorageFailure {
        AxisAccount account = door.require(head);
        String name = objectName(head);
        AxisContainer container =
                shelf.container(account.name(), containerName(head)).orElseThrow(AxisAdapter::noContainer);
        for (String field : List.of("x-copy-from", "x-object-manifest")) {
            if (head.header(field).isPresent()) {
                throw new Problem(400, "bad-field", field + ": is no part of this protocol");
            }
        }
        if (head.query().containsKey("multipart-manifest")) {
            throw new Problem(400, "bad-field", "multipart-manifest: is no part of this protocol");
        }
        Map<String, String> said = Metadata.said(head.headers());
        Map<String, String> bounded = container.isRejected() ? Metadata.cut(said) : Metadata.bounded(said);
        if (!AxisContainer.isRegistry(container.name())) {
            return receiving.begin(account, container, name, bounded, head);
        }
        if (container.name().equals(AxisContainer.SYSTEM) && documents.has(name)) {
            throw new Problem(403, "forbidden", "object: is this server's to write");
        }
        if (head.contentLength().orElse(0L) > 0) {
            throw noBody();
        }
        return new Telling(account, container.name(), name, bounded);
    }

    private static Problem noBody() {
        return new Problem(400, "body", "body: some (expected: none, what is known here are its metadata)");
    }

    /** The empty body of something that is only known. */
    private final class Telling implements BodyHandler.Sink {
        private final AxisAccount account;
        private final String container;
        private final String name;
        private final Map<String, String> said;

        Telling(AxisAccount account, String container, String name, Map<String, String> said) {
            this.account = account;
            this.container = container;
            this.name = name;
            this.said = said;
        }

        @Override
        public void write(ByteBuffer bytes) throws Problem {
            if (bytes.hasRemaining()) {
                throw noBody();
            }
        }

        @Override
        public Response complete() throws StorageFailure {
            know(account, container, name, said);
            return Response.of(201).with("etag", AxisObject.NOTHING_MD5);
        }

        @Override
        public void broken(Throwable ignored) {
            // nothing was begun
        }
    }

    private void know(AxisAccount account, String container, String name, Map<String, String> said)
            throws StorageFailure {
        Map<String, String> metadata = Metadata.merged(Map.of(), said);
        Optional<AxisObject> before = shelf.object(account.name(), container, name);
        if (container.equals(AxisContainer.DEVICES)) {
            try {
                DeviceId camera = account.camera(name);
                shelf.register(account, camera, metadata.getOrDefault("name", name));
                // what administrators wrote stays until the system says something new
                String called = news("name", before, metadata);
                String model = news("model", before, metadata);
                if (before.isEmpty() || called != null || model != null) {
                    labels.told(Actor.device(account.system()), camera, name, called, model);
                }
            } catch (InvalidField ignored) {
                // it is known here all the same, and its recordings will be quarantined
            }
        }
        AxisObject object = AxisObject.known(account.name(), container, name, metadata, shelf.now());
        if (before.isEmpty() || !before.get().metadata().equals(metadata)) {
            shelf.put(object, said);
        }
    }

    /** What is told now and was not before; null otherwise. */
    private static @Nullable String news(String key, Optional<AxisObject> before, Map<String, String> metadata) {
        String now = metadata.get(key);
        return now == null
                        || now.equals(before.map(AxisObject::metadata)
                                .map(was -> was.get(key))
                                .orElse(null))
                ? null
                : now;
    }

    /** Replaces what is told about an object. */
    private Response post(Request request) throws Problem, StorageFailure {
        AxisAccount account = door.require(request);
        String container = containerName(request);
        String name = objectName(request);
        if (container.equals(AxisContainer.SYSTEM) && documents.has(name)) {
            throw new Problem(403, "forbidden", "object: is this server's to write");
        }
        Map<String, String> said = Metadata.said(request.headers());
        ReentrantLock lock = receiving.lock(account.name(), container);
        lock.lock();
        try {
            AxisContainer within = shelf.container(account.name(), container).orElseThrow(AxisAdapter::noContainer);
            AxisObject object = shelf.object(account.name(), container, name).orElseThrow(AxisAdapter::noObject);
            Map<String, String> bounded = within.isRejected() ? Metadata.cut(said) : Metadata.bounded(said);
            if (object.recording() == null) {
                know(account, container, name, bounded);
            } else {
                AxisObject after = object.with(Metadata.merged(Map.of(), bounded));
                if (!after.equals(object)) {
                    shelf.put(after, bounded);
                    sorting.sort(after, AxisObject.role(name, after.metadata()));
                }
                if (within.isComplete()) {
                    papers.write(account, within);
                }
            }
            return Response.of(202);
        } finally {
            lock.unlock();
        }
    }

    private Response read(Request request, boolean headOnly) throws Problem, StorageFailure {
        AxisAccount account = door.require(request);
        String container = containerName(request);
        String name = objectName(request);
        boolean system = container.equals(AxisContainer.SYSTEM);
        if (system) {
            Optional<Response> document = documents.answer(name);
            if (document.isPresent()) {
                return document.get();
            }
        } else if (!headOnly) {
            throw new Problem(403, "forbidden", "object: what was put here is not handed out here");
        }
        AxisObject object = shelf.object(account.name(), container, name).orElseThrow(AxisAdapter::noObject);
        Response response = Response.of(200)
                .with("etag", object.md5())
                .with("content-type", AxisObject.mediaType(name))
                .with("last-modified", httpDate(object.receivedAt()));
        RecordingId recording = object.recording();
        if (recording != null) {
            response = response.with("liuhen-recording", recording.hex());
        }
        if (headOnly) {
            response = response.with("content-length", Long.toString(object.sizeBytes()));
        }
        return Metadata.with(response, false, object.metadata());
    }

    private static String httpDate(Instant at) {
        return java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(java.time.ZoneOffset.UTC));
    }
}
