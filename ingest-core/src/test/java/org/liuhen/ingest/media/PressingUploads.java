package org.liuhen.ingest.media;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.locks.LockSupport;
import org.liuhen.storage.Uninterrupted;

/** Uploads that come in as fast as a machine takes them, by what is counted of them, until closed. */
final class PressingUploads implements AutoCloseable {
    private static final double BYTES = 100 << 20;
    private static final long EVERY_NANOS = 10_000_000;

    private final Counter received;
    private final Thread thread = new Thread(this::press, "pressing-uploads");
    private volatile boolean over;

    PressingUploads(MeterRegistry meters) {
        this.received = meters.counter("liuhen.upload.bytes");
    }

    void begin() {
        thread.start();
    }

    private void press() {
        while (!over) {
            received.increment(BYTES);
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    @Override
    public void close() {
        over = true;
        Uninterrupted.join(thread);
    }
}
