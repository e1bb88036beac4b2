package org.liuhen.ingest;

import java.util.List;
import org.liuhen.ingest.http.Route;

/**
 * One wire protocol by which recordings come in: turns its messages into an upload session and nothing else. Those that
 * speak HTTP contribute routes to the one server; those with a port of their own open it in {@link #start}.
 */
public interface DeviceAdapter extends AutoCloseable {
    /** Short and stable, for metrics and upload rows, for example {@code tus}. */
    String name();

    /** The routes this protocol answers; none if it does not speak HTTP. */
    List<Route> routes();

    /** Begins to take uploads by ways other than {@link #routes}. Does nothing for protocols that have none. */
    default void start() throws java.io.IOException {}

    /** Where it listens besides, once it has been started, for people: none for protocols that have routes only. */
    default List<String> addresses() {
        return List.of();
    }

    /** Stops taking uploads; those under way are parked so that they can be resumed. Idempotent. */
    @Override
    default void close() {}
}
