package org.liuhen.ingest.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The way to the kernel that was chosen, with the channels that belong to it. */
record Transports(
        HttpSettings.Transport chosen,
        IoHandlerFactory handlers,
        Class<? extends ServerChannel> network,
        Class<? extends ServerChannel> domain) {
    /** @throws IllegalArgumentException if the wanted one does not load on this machine */
    static Transports of(HttpSettings.Transport wanted) {
        return switch (wanted) {
            case AUTO -> Epoll.isAvailable() ? epoll() : nio();
            case EPOLL -> {
                require(wanted, Epoll.isAvailable(), Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require(wanted, IoUring.isAvailable(), IoUring.unavailabilityCause());
                yield new Transports(
                        HttpSettings.Transport.IO_URING,
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel.class,
                        IoUringServerDomainSocketChannel.class);
            }
            case NIO -> nio();
        };
    }

    EventLoopGroup eventLoops(int threads) {
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("http-loop", true), handlers);
    }

    /** The address of a private socket as this transport wants it. */
    SocketAddress address(Path socketFile) {
        return chosen == HttpSettings.Transport.NIO
                ? UnixDomainSocketAddress.of(socketFile)
                : new DomainSocketAddress(socketFile.toFile());
    }

    private static Transports epoll() {
        return new Transports(
                HttpSettings.Transport.EPOLL,
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollServerDomainSocketChannel.class);
    }

    private static Transports nio() {
        return new Transports(
                HttpSettings.Transport.NIO,
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioServerDomainSocketChannel.class);
    }

    private static void require(
            HttpSettings.Transport wanted, boolean available, @org.jspecify.annotations.Nullable Throwable cause) {
        if (!available) {
            throw new IllegalArgumentException(
                    "transport: " + wanted + " does not load here (expected: AUTO, or one that does)", cause);
        }
    }
}
