package org.liuhen.ingest.http;

import java.time.Duration;

/** What one {@link HttpServer} allows: threads, sizes and patience. Nothing in the server is unbounded. */
public record HttpSettings(Threads threads, Limits limits, Timeouts timeouts, Slowest slowest) {
    public static HttpSettings defaults() {
        return new HttpSettings(Threads.defaults(), Limits.defaults(), Timeouts.defaults(), Slowest.ANY);
    }

    public HttpSettings with(Threads other) {
        return new HttpSettings(other, limits, timeouts, slowest);
    }

    public HttpSettings with(Limits other) {
        return new HttpSettings(threads, other, timeouts, slowest);
    }

    public HttpSettings with(Timeouts other) {
        return new HttpSettings(threads, limits, other, slowest);
    }

    public HttpSettings with(Slowest other) {
        return new HttpSettings(threads, limits, timeouts, other);
    }

    /**
     * The slowest body that is waited for.
     *
     * @param bodyBytesPerSecond what must come on average while the server is ready to read; 0 for any that moves at all
     * @param window over which that is looked at
     */
    public record Slowest(long bodyBytesPerSecond, Duration window) {
        /** Whatever moves at all is waited for. */
        public static final Slowest ANY = new Slowest(0, Duration.ofMinutes(1));

        public Slowest {
            if (bodyBytesPerSecond < 0) {
                throw new IllegalArgumentException(
                        "bodyBytesPerSecond: " + bodyBytesPerSecond + " (expected: 0 or more)");
            }
            requirePositive("window", window.toMillis());
        }
    }

    /** How the server talks to the kernel. */
    public enum Transport {
        /** Epoll where it loads, NIO otherwise. */
        AUTO,
        EPOLL,
        /** Holds one receive buffer per idle connection, so it is never chosen by itself. */
        IO_URING,
        NIO
    }

    /**
     * @param eventLoops threads that move bytes between sockets and queues; they never block
     * @param workers threads that run handlers and sinks; more than cores, because they wait for disks
     * @param streams the most {@link Response.Stream}s written at once; one thread each, beyond that 503
     */
    public record Threads(Transport transport, int eventLoops, int workers, int streams) {
        public Threads {
            requirePositive("eventLoops", eventLoops);
            requirePositive("workers", workers);
            requirePositive("streams", streams);
        }

        public static Threads defaults() {
            int cores = Runtime.getRuntime().availableProcessors();
            return new Threads(Transport.AUTO, cores, Math.max(64, 8 * cores), 128);
        }
    }

    /**
     * @param connections beyond that, 503 and closed; the private socket is not counted
     * @param targetBytes request line; longer: 414
     * @param headBytes header fields together; longer: 431
     * @param laneBytes memory in which the body of one request may wait for its sink
     * @param bodyBytes memory in which the bodies of all requests may wait for their sinks
     * @param receiveBytes the largest single read from a socket
     * @param drainBytes how much of a refused body is read and dropped so that the sender sees the answer
     */
    public record Limits(
            int connections,
            int targetBytes,
            int headBytes,
            int laneBytes,
            long bodyBytes,
            int receiveBytes,
            long drainBytes) {
        public Limits {
            requirePositive("connections", connections);
            requirePositive("targetBytes", targetBytes);
            requirePositive("headBytes", headBytes);
            requirePositive("laneBytes", laneBytes);
            requirePositive("bodyBytes", bodyBytes);
            requirePositive("receiveBytes", receiveBytes);
            requirePositive("drainBytes", drainBytes);
        }

        /**
         * For 256 MiB of direct memory, which bodies share with what a thousand connections read at once beyond their
         * share, the slack of the allocator's chunks, and a MiB for each worker that fingerprints again.
         */
        public static Limits defaults() {
            return new Limits(4096, 8 << 10, 32 << 10, 4 << 20, 64L << 20, 1 << 20, 4L << 20);
        }
    }

    /**
     * @param handshake TLS
     * @param head from the first byte of a request's head to its last
     * @param keepAlive how long a connection may stay open with nothing to do
     * @param body how long a body may send nothing at all while the server is ready to read
     * @param reader how long a client may take nothing at all of an answer
     * @param linger how long a refused sender is listened to, so that it reads the answer
     */
    public record Timeouts(
            Duration handshake, Duration head, Duration keepAlive, Duration body, Duration reader, Duration linger) {
        public Timeouts {
            requirePositive("handshake", handshake.toMillis());
            requirePositive("head", head.toMillis());
            requirePositive("keepAlive", keepAlive.toMillis());
            requirePositive("body", body.toMillis());
            requirePositive("reader", reader.toMillis());
            requirePositive("linger", linger.toMillis());
        }

        public static Timeouts defaults() {
            return new Timeouts(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(120),
                    Duration.ofSeconds(5));
        }

        /** How often a connection is looked at. */
        Duration tick() {
            long shortest = Math.min(
                    Math.min(head.toMillis(), keepAlive.toMillis()),
                    Math.min(body.toMillis(), Math.min(reader.toMillis(), linger.toMillis())));
            return Duration.ofMillis(Math.max(10, Math.min(5_000, shortest / 4)));
        }
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
        }
    }
}
