package org.liuhen.ingest.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the server tells about itself. */
final class ServerMeters {
    private final MeterRegistry registry;
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter bodyBytes;

    ServerMeters(MeterRegistry registry, BodyBudget budget) {
        this.registry = registry;
        this.bodyBytes = Counter.builder("liuhen.http.body.bytes")
                .description("bytes of request bodies handed to their sinks")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("liuhen.http.connections", connections, AtomicInteger::get)
                .description("open connections")
                .register(registry);
        Gauge.builder("liuhen.http.body.waiting", budget, BodyBudget::usedBytes)
                .description("memory held by request bodies that wait for their sinks")
                .baseUnit("bytes")
                .register(registry);
    }

    /** @return how many are open now, this one included */
    int connected() {
        return connections.incrementAndGet();
    }

    void disconnected() {
        connections.decrementAndGet();
    }

    void took(int bytes) {
        bodyBytes.increment(bytes);
    }

    /** @param status of the answer; 0 if there was nobody left to answer */
    void answered(String method, String pattern, int status, long nanos) {
        Timer.builder("liuhen.http.requests")
                .description("from the head of a request to the last byte of its answer")
                .tag("method", method)
                .tag("route", pattern)
                .tag("status", status == 0 ? "gone" : status / 100 + "xx")
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }
}
