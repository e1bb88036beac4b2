package org.liuhen.ingest.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server: listening sockets, threads and routes. Listens nowhere until told to. Thread-safe.
 *
 * <p>Event loops move bytes and never wait. Handlers, sinks and the authenticator run on workers, streamed answers on
 * threads of their own.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 128 << 10);

    /**
     * Where receive buffers come from. Chunks of 16 MiB, because a full lane empties a smaller one completely again and
     * again, which gives its pages back to the system each time.
     */
    private static final PooledByteBufAllocator BUFFERS = new PooledByteBufAllocator(
            true,
            PooledByteBufAllocator.defaultNumHeapArena(),
            Runtime.getRuntime().availableProcessors(),
            PooledByteBufAllocator.defaultPageSize(),
            11,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);

    private static final int BACKLOG = 1024;

    private final Service service;
    private final Transports transports;
    private final EventLoopGroup eventLoops;
    private final ExecutorService workers;
    private final ExecutorService streams;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final List<Channel> listening = new ArrayList<>();
    private final List<Path> socketFiles = new ArrayList<>();
    private final List<SslContext> secured = new ArrayList<>();
    private boolean closed;

    private HttpServer(
            HttpSettings settings,
            Router router,
            Authenticator authenticator,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        this.transports = Transports.of(settings.threads().transport());
        this.eventLoops = transports.eventLoops(settings.threads().eventLoops());
        this.workers = workers(settings.threads().workers());
        this.streams = new ThreadPoolExecutor(
                0,
                settings.threads().streams(),
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("http-stream", true));
        BodyBudget budget = new BodyBudget(settings.limits());
        this.service = new Service(
                settings,
                router,
                authenticator,
                budget,
                new ServerMeters(meters, budget),
                new Failures(random),
                new Replies(clock, random),
                workers,
                streams);
    }

    /** A server with the system's clock and randomness. */
    public static HttpServer start(
            HttpSettings settings, List<Route> routes, Authenticator authenticator, MeterRegistry meters) {
        return start(settings, routes, authenticator, meters, InstantSource.system(), new SecureRandom());
    }

    /**
     * @param clock for the field {@code Date}
     * @param random for references and boundaries
     * @throws IllegalArgumentException for routes that contradict each other, or a transport that does not load
     */
    public static HttpServer start(
            HttpSettings settings,
            List<Route> routes,
            Authenticator authenticator,
            MeterRegistry meters,
            InstantSource clock,
            RandomGenerator random) {
        return new HttpServer(settings, new Router(routes), authenticator, meters, clock, random);
    }

    /**
     * Takes connections at an address; may be called for several.
     *
     * @param tls null for plain HTTP
     * @return the address in use, with the port that was chosen if 0 was asked for
     * @throws IOException if the address cannot be had
     */
    public InetSocketAddress listen(InetSocketAddress address, @Nullable TlsIdentity tls) throws IOException {
        return listen(address, tls, false);
    }

    /**
     * Takes connections at an address, as {@link #listen(InetSocketAddress, TlsIdentity)}.
     *
     * @param asksClients whether clients may prove themselves with a certificate, see {@link Request#certificate}
     */
    public InetSocketAddress listen(InetSocketAddress address, @Nullable TlsIdentity tls, boolean asksClients)
            throws IOException {
        SslContext context = tls == null ? null : tls.serverContext(asksClients);
        boolean bound = false;
        try {
            ConnectionInitializer initializer = new ConnectionInitializer(service, connections, context, false);
            Channel channel = bind(transports.network(), initializer, address);
            if (context != null) {
                synchronized (listening) {
                    secured.add(context);
                }
            }
            bound = true;
            return (InetSocketAddress) channel.localAddress();
        } finally {
            if (!bound) {
                ReferenceCountUtil.release(context);
            }
        }
    }

    /**
     * Takes connections at a Unix domain socket that only this user can reach; what comes there is the {@link
     * Principal.OfConsole}. The file is removed when the server closes.
     *
     * @throws IOException if the path is too long for the kernel, or something is there that is not an abandoned socket
     */
    public void listenPrivately(Path socketFile) throws IOException {
        PrivateSocket.prepare(socketFile);
        bind(
                transports.domain(),
                new ConnectionInitializer(service, connections, null, true),
                transports.address(socketFile));
        synchronized (listening) {
            socketFiles.add(socketFile);
        }
        PrivateSocket.protect(socketFile);
    }

    private Channel bind(Class<? extends ServerChannel> type, ConnectionInitializer initializer, SocketAddress address)
            throws IOException {
        boolean network = type == transports.network();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, BUFFERS)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(initializer);
        if (network) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        synchronized (listening) {
            if (closed) {
                throw new IOException("server: closed");
            }
            ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException("listen: " + address + " cannot be had", bound.cause());
            }
            listening.add(bound.channel());
            return bound.channel();
        }
    }

    /**
     * Stops: takes no new connections, lets what is under way finish for half of {@code grace}, then breaks it off
     * (sinks are told, so that uploads can be resumed), and returns when all is over, at the latest when {@code grace}
     * is. Idempotent.
     */
    public void close(Duration grace) throws InterruptedException {
        long endNanos = System.nanoTime() + grace.toNanos();
        List<Channel> sockets;
        synchronized (listening) {
            if (closed) {
                return;
            }
            closed = true;
            sockets = List.copyOf(listening);
        }
        service.stop();
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
        for (Path file : socketFiles) {
            removeSocket(file);
        }
        service.conversations.forEach(Conversation::endSoon);
        if (!service.awaitQuiet(grace.dividedBy(2))) {
            service.conversations.forEach(Conversation::endNow);
            service.awaitQuiet(Duration.ofNanos(endNanos - System.nanoTime()).minus(grace.dividedBy(8)));
        }
        connections.close().awaitUninterruptibly(Math.max(1, (endNanos - System.nanoTime()) / 4_000_000));
        streams.shutdown();
        workers.shutdown();
        boolean over = workers.awaitTermination(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)
                && streams.awaitTermination(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (!over) {
            LOG.warn("server: some handlers did not end in time; what they hold is decided at the next start");
        }
        eventLoops
                .shutdownGracefully(0, Math.max(100, (endNanos - System.nanoTime()) / 1_000_000), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(Math.max(200, (endNanos - System.nanoTime()) / 1_000_000));
        secured.forEach(ReferenceCountUtil::release);
    }

    private static void removeSocket(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("socket: cannot be removed; the next start does it, path={}", file, e);
        }
    }

    private static ExecutorService workers(int threads) {
        // The queue holds at most one entry for each request under way, and those are limited.
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("http-worker", true));
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }
}
