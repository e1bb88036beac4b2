package org.liuhen.ingest.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A sink that remembers what was done to it, and that can be held up. */
final class RecordingSink implements BodyHandler.Sink {
    final CRC32C checksum = new CRC32C();
    final AtomicLong taken = new AtomicLong();
    final AtomicLong largest = new AtomicLong();
    final List<String> calls = new ArrayList<>();
    final CompletableFuture<String> ended = new CompletableFuture<>();
    final CountDownLatch gate;
    private final @Nullable Exception failure;
    private final AtomicLong inside = new AtomicLong();

    RecordingSink() {
        this(new CountDownLatch(0), null);
    }

    /** @param gate what the first write waits for */
    RecordingSink(CountDownLatch gate, @Nullable Exception failure) {
        this.gate = gate;
        this.failure = failure;
    }

    @Override
    public void write(ByteBuffer bytes) throws Exception {
        enter("write");
        if (!gate.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("gate: was never opened");
        }
        if (failure != null) {
            leave();
            throw failure;
        }
        taken.addAndGet(bytes.remaining());
        largest.accumulateAndGet(bytes.remaining(), Math::max);
        checksum.update(bytes);
        leave();
    }

    @Override
    public void trailers(Headers fields) {
        enter("trailers " + fields.fields());
        leave();
    }

    @Override
    public Response complete() {
        enter("complete");
        leave();
        ended.complete("complete");
        return Response.text(200, "text/plain", taken + " " + Long.toHexString(checksum.getValue()));
    }

    @Override
    public void broken(Throwable cause) {
        enter("broken");
        leave();
        ended.complete("broken: " + cause.getMessage());
    }

    String awaitEnd() throws Exception {
        return ended.get(20, TimeUnit.SECONDS);
    }

    /** Waits for something that happens soon. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never happened: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void enter(String call) {
        if (inside.incrementAndGet() != 1) {
            throw new AssertionError("two calls at once");
        }
        if (!call.equals("write")
                || calls.isEmpty()
                || !calls.get(calls.size() - 1).equals("write")) {
            calls.add(call);
        }
    }

    private void leave() {
        inside.decrementAndGet();
    }
}
