package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up the pipeline of each new connection of one listening socket. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in closeFuture, which is listened to
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionInitializer.class);
    private static final int MOST_STREAMS = 100;

    private final Service service;
    private final ChannelGroup connections;
    private final @Nullable SslContext tls;
    private final boolean console;

    ConnectionInitializer(Service service, ChannelGroup connections, @Nullable SslContext tls, boolean console) {
        this.service = service;
        this.connections = connections;
        this.tls = tls;
        this.console = console;
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.config().setRecvByteBufAllocator(new ReceiveSizes(service.budget));
        int open = service.meters.connected();
        channel.closeFuture().addListener(future -> service.meters.disconnected());
        connections.add(channel);
        int most = service.settings.limits().connections();
        boolean overloaded = !console && open > most;
        if (service.isStopping() || (overloaded && open > most + most / 4 + 16)) {
            channel.close();
            return;
        }
        SslContext context = tls;
        if (context == null) {
            oneAtATime(channel.pipeline(), new Way(false, false, console, overloaded, null));
            return;
        }
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(
                service.settings.timeouts().handshake().toMillis());
        channel.pipeline().addLast(handler, new Negotiation(overloaded));
    }

    private void oneAtATime(ChannelPipeline pipeline, Way way) {
        Conversation conversation = new Conversation(service, way);
        pipeline.addLast(
                new Arrivals(conversation),
                new StrictRequestDecoder(service.settings.limits()),
                new HttpResponseEncoder(),
                conversation);
    }

    private void multiplexed(ChannelPipeline pipeline, boolean overloaded) {
        Way way = new Way(true, true, false, overloaded, ClientCertificates.shown(pipeline));
        Http2Settings settings = Http2Settings.defaultSettings()
                .maxConcurrentStreams(MOST_STREAMS)
                .maxHeaderListSize(service.settings.limits().headBytes());
        long keepAliveMillis = service.settings.timeouts().keepAlive().toMillis();
        pipeline.addLast(
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(settings)
                        .gracefulShutdownTimeoutMillis(0) // the server waits for exchanges, not for connections
                        .build(),
                new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        StreamWindows.of(stream);
                        stream.pipeline()
                                .addLast(new Http2StreamFrameToHttpObjectCodec(true), new Conversation(service, way));
                    }
                }),
                new IdleStateHandler(0, 0, keepAliveMillis, TimeUnit.MILLISECONDS),
                new Ending());
    }

    /** Decides by ALPN which HTTP is spoken over TLS. */
    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        private final boolean overloaded;

        Negotiation(boolean overloaded) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.overloaded = overloaded;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                multiplexed(ctx.pipeline(), overloaded);
            } else {
                oneAtATime(
                        ctx.pipeline(),
                        new Way(true, false, false, overloaded, ClientCertificates.shown(ctx.pipeline())));
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("connection: TLS handshake failed", cause);
            ctx.close();
        }
    }

    /** Tells a conversation that bytes have come, before they make sense. */
    private static final class Arrivals extends ChannelInboundHandlerAdapter {
        private final Conversation conversation;

        Arrivals(Conversation conversation) {
            this.conversation = conversation;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf) {
                conversation.arrived();
            }
            ctx.fireChannelRead(message);
        }
    }

    /** The last handler of an HTTP/2 connection: ends it when it has long been without streams, or when it fails. */
    @ChannelHandler.Sharable
    private static final class Ending extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof IdleStateEvent idle && idle.state() == IdleState.ALL_IDLE) {
                Http2FrameCodec codec = ctx.pipeline().get(Http2FrameCodec.class);
                if (codec.connection().numActiveStreams() == 0) {
                    ctx.close();
                }
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Failures.ofConnection(cause);
            ctx.close();
        }
    }
}
