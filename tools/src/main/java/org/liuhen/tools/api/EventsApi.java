package org.liuhen.tools.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.access.Access;

/**
 * Custody events as they happen, as server-sent events whose id is the event's sequence. Whoever reconnects with {@code
 * Last-Event-ID} misses nothing. A stream ends after a while, so that a log-in that ended does not listen for ever.
 * Source: WHATWG HTML, server-sent events.
 */
public final class EventsApi implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int KEEP_ALIVE_SECONDS = 5;
    private static final int BATCH = 256;

    private final Catalog catalog;
    private final InstantSource clock;
    private volatile boolean open = true;

    public EventsApi(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(Route.of("GET", "/api/v1/events", this::events));
    }

    private Response events(Request request) throws Problem {
        Access.RECORDS.require(request.principal());
        long next = request.header("last-event-id")
                .or(() -> request.query("after"))
                .map(text -> {
                    if (!text.matches("\\d{1,18}")) {
                        throw new InvalidField("last-event-id", "is not the id of an event");
                    }
                    return Long.parseLong(text) + 1;
                })
                .orElseGet(() -> catalog.ledger().head().size());
        return new Response(200, Headers.NONE, new Response.Stream(out -> follow(next, out)))
                .with("content-type", "text/event-stream; charset=utf-8")
                .with("cache-control", "no-store")
                .with("x-accel-buffering", "no");
    }

    private void follow(long from, OutputStream out) throws IOException {
        Semaphore news = new Semaphore(0);
        Catalog.Listening listening = catalog.listen(events -> news.release());
        try {
            write(out, "retry: 2000\n\n");
            copy(from, news, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StorageFailure e) {
            throw new IOException("events: cannot be read", e);
        } finally {
            listening.close();
        }
    }

    private void copy(long from, Semaphore news, OutputStream out)
            throws IOException, StorageFailure, InterruptedException {
        Instant end = clock.instant().plus(LONGEST);
        long next = from;
        while (open && clock.instant().isBefore(end)) {
            List<CustodyEvent> events = catalog.events(next, BATCH);
            for (CustodyEvent event : events) {
                write(
                        out,
                        "id: " + event.sequence() + "\nevent: " + event.kind().label() + "\ndata: "
                                + StoredJson.MAPPER.writeValueAsString(event) + "\n\n");
                next = event.sequence() + 1;
            }
            if (events.isEmpty() && !news.tryAcquire(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)) {
                write(out, ": nothing new\n\n");
            }
            news.drainPermits();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Ends all streams. */
    @Override
    public void close() {
        open = false;
    }
}
