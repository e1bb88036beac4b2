package org.liuhen.tools.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Pushes files over N connections at once and notes how long each waited for its acknowledgement after its last byte.
 * Files are random bytes (seeded) that differ in their first bytes only, so making them costs next to nothing.
 */
final class Load {
    private static final int BLOCK_BYTES = 4 << 20;
    private static final int STAMP_BYTES = 32;

    /** Where the files go: a server, or the floor. One per connection; used by one thread. */
    interface Target extends AutoCloseable {
        /** Announces a file of so many bytes. */
        void begin(long sizeBytes) throws IOException;

        /** Sends all of the buffer. */
        void send(ByteBuffer bytes) throws IOException;

        /** Waits for the acknowledgement. */
        void acknowledged() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Opens one connection. */
    @FunctionalInterface
    interface Connector {
        Target connect() throws IOException;
    }

    /**
     * What a load took.
     *
     * @param acknowledgements from last byte sent to answer received, sorted
     */
    record Outcome(Duration wall, long bytes, List<Duration> acknowledgements) {
        double mibPerSecond() {
            return bytes / (double) (1 << 20) / (wall.toNanos() / 1e9);
        }

        /** @param share 0 to 1, for example 0.99 */
        double acknowledgementMillis(double share) {
            int index = (int) Math.ceil(share * acknowledgements.size()) - 1;
            return acknowledgements.get(Math.max(0, index)).toNanos() / 1e6;
        }
    }

    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private final AtomicLong stamp = new AtomicLong();
    private final long seed;

    Load(long seed) {
        this.seed = seed;
        byte[] random = new byte[BLOCK_BYTES];
        new Random(seed).nextBytes(random);
        block.put(random).flip();
    }

    /** The bytes every file repeats. */
    ByteBuffer block() {
        return block.asReadOnlyBuffer();
    }

    /** Pushes {@code totalBytes} in files of {@code fileBytes}; at least one file per connection. */
    Outcome run(Connector connector, int connections, long fileBytes, long totalBytes)
            throws IOException, InterruptedException {
        AtomicLong left = new AtomicLong(Math.max(connections, totalBytes / fileBytes));
        long files = left.get();
        ConcurrentLinkedQueue<Duration> acknowledgements = new ConcurrentLinkedQueue<>();
        AtomicReference<IOException> failure = new AtomicReference<>();
        List<Target> targets = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                targets.add(connector.connect());
            }
            long start = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (Target target : targets) {
                Thread thread = new Thread(
                        null,
                        () -> {
                            try {
                                while (failure.get() == null && left.getAndDecrement() > 0) {
                                    acknowledgements.add(pushOne(target, fileBytes));
                                }
                            } catch (IOException e) {
                                failure.compareAndSet(null, e);
                            }
                        },
                        "push",
                        256 << 10);
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            Duration wall = Duration.ofNanos(System.nanoTime() - start);
            IOException failed = failure.get();
            if (failed != null) {
                throw failed;
            }
            return new Outcome(
                    wall, files * fileBytes, acknowledgements.stream().sorted().toList());
        } finally {
            for (Target target : targets) {
                target.close();
            }
        }
    }

    private Duration pushOne(Target target, long fileBytes) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(STAMP_BYTES)
                .putLong(seed)
                .putLong(stamp.incrementAndGet())
                .clear();
        target.begin(fileBytes);
        head.limit((int) Math.min(fileBytes, STAMP_BYTES));
        long left = fileBytes - head.remaining();
        target.send(head);
        while (left > 0) {
            ByteBuffer next = block();
            next.limit((int) Math.min(left, next.limit()));
            left -= next.remaining();
            target.send(next);
        }
        long sent = System.nanoTime();
        target.acknowledged();
        return Duration.ofNanos(System.nanoTime() - sent);
    }
}
