package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection or one HTTP/2 stream: takes requests one after another, hands their bodies to a {@link Lane},
 * sends the answers, and keeps the time. All state belongs to the event loop; workers reach it through {@link #answer},
 * {@link #accepted} and {@link #roomAgain}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in closeFuture, which is listened to
final class Conversation extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    /** A client that sends more requests ahead than that has to send them again. */
    private static final int MOST_WAITING_MESSAGES = 256;

    private final Service service;
    private final Way way;
    private final Patience patience;
    private final ArrayDeque<Object> waiting = new ArrayDeque<>();

    private @Nullable Exchange current;
    private @Nullable Sender sender;
    private String peer = "unknown";
    private long declaredBytes;
    private long receivedBytes;
    private boolean bodyEnded;
    private boolean accepted;
    private boolean expectsContinue;
    private boolean clientKeepsAlive;
    private boolean oldClient;
    private boolean replying;
    /** What still comes of the current body is dropped. */
    private boolean discarding;
    /** Nothing that comes is understood any more. */
    private boolean deaf;

    private long droppedBytes;

    Conversation(Service service, Way way) {
        this.service = service;
        this.way = way;
        this.patience = new Patience(service.settings);
    }

    // What comes in

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        sender = new Sender(service, this, ctx, way);
        peer = way.console()
                ? "console"
                : Heads.peer(way.multiplexed() ? ctx.channel().parent() : ctx.channel());
        service.conversations.add(this);
        long tickMillis = service.settings.timeouts().tick().toMillis();
        var ticking = ctx.executor().scheduleAtFixedRate(this::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
        ctx.channel().closeFuture().addListener(future -> ticking.cancel(false));
        if (service.isStopping()) {
            ctx.close();
        }
    }

    /** Bytes have come, whatever they mean. */
    void arrived() {
        patience.arrived(current == null && waiting.isEmpty());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (deaf) {
            drop(message);
        } else if (!waiting.isEmpty() || (current != null && message instanceof HttpRequest)) {
            if (waiting.size() < MOST_WAITING_MESSAGES) {
                waiting.add(message);
                updateReading();
            } else {
                ReferenceCountUtil.release(message);
                clientKeepsAlive = false;
            }
        } else {
            take(message);
        }
    }

    private void take(Object message) {
        if (message instanceof HttpRequest request) {
            head(request);
        }
        if (message instanceof HttpContent content) {
            body(content);
        }
    }

    private void head(HttpRequest message) {
        patience.headTaken();
        bodyEnded = false;
        accepted = false;
        replying = false;
        discarding = false;
        receivedBytes = 0;
        declaredBytes = Long.MAX_VALUE;
        clientKeepsAlive = HttpUtil.isKeepAlive(message);
        oldClient = !message.protocolVersion().equals(HttpVersion.HTTP_1_1);
        expectsContinue = HttpUtil.is100ContinueExpected(message);
        Request request = way.unread(message.method().name(), Heads.headers(message.headers()), peer);
        try {
            Heads.check(message, way.multiplexed());
        } catch (Problem problem) {
            bodyEnded = true;
            deaf = true;
            clientKeepsAlive = false;
            refuse(request, problem);
            return;
        }
        Headers always = Headers.NONE;
        try {
            Optional<Long> length = Heads.contentLength(message);
            declaredBytes = HttpUtil.isTransferEncodingChunked(message) ? Long.MAX_VALUE : length.orElse(0L);
            Target target = Target.of(message.uri());
            Router.Match match = service.router.find(request.method(), target);
            always = match.route().always();
            if (way.overloaded()) {
                throw new Problem(503, "busy", "server: too many connections; try again later")
                        .header("retry-after", "5");
            }
            Exchange exchange = new Exchange(service, this, request.found(target, match.parameters(), length), match);
            current = exchange;
            exchange.start();
        } catch (Problem problem) {
            refuse(request, problem.carrying(always));
        }
    }

    private void refuse(Request request, Problem problem) {
        Exchange exchange = new Exchange(service, this, request, null);
        current = exchange;
        clientKeepsAlive = clientKeepsAlive && !way.overloaded();
        reply(exchange, exchange.refuse(problem));
    }

    private void body(HttpContent content) {
        Exchange exchange = current;
        boolean last = content instanceof LastHttpContent;
        if (way.multiplexed()) {
            patience.arrived(false);
        }
        if (exchange == null || bodyEnded) {
            drop(content);
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            deaf = true;
            clientKeepsAlive = false;
            exchange.breakOff(new Problem(
                    400,
                    "bad-body",
                    "body: its framing is broken",
                    content.decoderResult().cause()));
            return;
        }
        ByteBuf bytes = content.content();
        receivedBytes += bytes.readableBytes();
        patience.received(bytes.readableBytes());
        bodyEnded = last;
        if (discarding) {
            drop(content);
        } else {
            exchange.body(bytes);
        }
        if (last) {
            exchange.bodyEnded(Heads.headers(((LastHttpContent) content).trailingHeaders()));
            if (discarding && !replying) {
                next();
            }
        }
        updateReading();
    }

    private void drop(Object message) {
        if (message instanceof HttpContent content) {
            droppedBytes += content.content().readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (droppedBytes > service.settings.limits().drainBytes() && !replying) {
            endRefused();
        }
    }

    private void endRefused() {
        if (way.multiplexed()) {
            context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        } else {
            context().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deaf = true;
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        service.conversations.remove(this);
        breakOff(new Gone("connection: closed by the other side"));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Failures.ofConnection(cause);
        ctx.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sender().writable();
    }

    // What workers say

    /** The body is wanted. */
    void accepted(Exchange exchange) {
        onLoop(() -> {
            if (exchange != current || replying) {
                return;
            }
            accepted = true;
            patience.arrived(false);
            if (expectsContinue && receivedBytes == 0 && !bodyEnded && !oldClient) {
                sender().interim(HttpResponseStatus.CONTINUE, Headers.NONE);
            }
            if (!bodyEnded) {
                widen();
            }
            updateReading();
        });
    }

    /** There is something to say before the answer. */
    void interim(Exchange exchange, int status, Headers fields) {
        onLoop(() -> {
            if (exchange == current
                    && !replying
                    && !oldClient
                    && context().channel().isActive()) {
                sender().interim(Sender.interimStatus(status), fields);
            }
        });
    }

    /** There is an answer. */
    void answer(Exchange exchange, Reply reply) {
        if (!onLoop(() -> reply(exchange, reply))) {
            reply.close();
            exchange.answered(0);
        }
    }

    /** Lets more of an accepted body come at once. */
    private void widen() {
        Channel channel = context().channel();
        if (way.multiplexed()) {
            int share = service.budget.laneShareBytes() / 2;
            StreamWindows.of(channel).widen(channel, Math.min(declaredBytes - receivedBytes, share));
        } else {
            boolean chunked = declaredBytes == Long.MAX_VALUE;
            ReceiveSizes.of(channel)
                    .most(
                            chunked
                                    ? ReceiveSizes.CHUNKED_BYTES
                                    : service.settings.limits().receiveBytes());
        }
    }

    /** The lane of the current body was full and no longer is. */
    void roomAgain() {
        onLoop(this::updateReading);
    }

    /** Ends when nothing is under way. */
    void endSoon() {
        onLoop(() -> {
            if (current == null) {
                context().close();
            }
        });
    }

    /** Breaks off what is under way, then ends. */
    void endNow() {
        onLoop(() -> {
            if (current == null || replying) {
                context().close();
            } else {
                clientKeepsAlive = false;
                breakOff(new Problem(503, "stopping", "server: is stopping; go on later").header("retry-after", "5"));
            }
        });
    }

    // What goes out

    private void reply(Exchange exchange, Reply reply) {
        ChannelHandlerContext ctx = context();
        if (exchange != current || replying || !ctx.channel().isActive()) {
            reply.close();
            exchange.answered(0);
            return;
        }
        replying = true;
        patience.answering();
        if (!bodyEnded) {
            discarding = true;
            droppedBytes = 0;
        }
        boolean bodyWillEnd = bodyEnded
                || (!expectsContinue
                        && declaredBytes - receivedBytes
                                <= service.settings.limits().drainBytes());
        boolean persistent = clientKeepsAlive && !deaf && bodyWillEnd && !service.isStopping();
        sender().send(exchange, reply, persistent, oldClient);
        updateReading();
    }

    /** An answer has left, or never will. */
    void sent(Exchange exchange, int status, boolean whole) {
        exchange.answered(whole ? status : 0);
        if (exchange != current) {
            return;
        }
        replying = false;
        if (!whole) {
            current = null;
            context().close();
        } else if (way.multiplexed()) {
            current = null;
            if (!bodyEnded) {
                // Some clients read no answer before they have sent all, so what is little may still come.
                deaf = true;
                droppedBytes = 0;
                if (!sender().isPersistent()) {
                    endRefused();
                }
            }
        } else if (sender().isPersistent() && bodyEnded) {
            next();
        } else if (!sender().isPersistent()) {
            current = null;
            linger();
        }
    }

    private void next() {
        current = null;
        patience.idle();
        ReceiveSizes.of(context().channel()).most(ReceiveSizes.HEAD_BYTES);
        if (service.isStopping() || deaf) {
            context().close();
            return;
        }
        while (!waiting.isEmpty() && !(current != null && waiting.peek() instanceof HttpRequest)) {
            take(waiting.remove());
        }
        updateReading();
    }

    /** Says that no more will be sent, and listens a little, or a reset could overtake the answer. */
    private void linger() {
        ChannelHandlerContext ctx = context();
        if (bodyEnded && waiting.isEmpty() && !deaf) {
            ctx.close();
            return;
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        deaf = true;
        droppedBytes = 0;
        patience.lingering();
        if (!way.secure() && ctx.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        ctx.channel().config().setAutoRead(true);
    }

    // Time and the socket

    private void breakOff(Throwable cause) {
        Exchange exchange = current;
        sender().abort(cause);
        if (exchange != null) {
            exchange.breakOff(cause);
        }
    }

    private void updateReading() {
        Channel channel = context().channel();
        boolean wanted = deaf || (waiting.isEmpty() && (current == null || discarding || !current.isFull()));
        if (channel.config().isAutoRead() != wanted) {
            patience.arrived(false);
            channel.config().setAutoRead(wanted);
        }
    }

    private void tick() {
        ChannelHandlerContext ctx = context();
        boolean receiving = current != null && !bodyEnded && (accepted || discarding) && !deaf;
        boolean listening = ctx.channel().config().isAutoRead();
        switch (patience.judge(current != null, receiving && listening, replying, ctx.channel())) {
            case FINE -> {}
            case CLOSE -> ctx.close();
            case HEAD_TOO_SLOW -> {
                bodyEnded = true;
                deaf = true;
                clientKeepsAlive = false;
                refuse(
                        way.unread("other", Headers.NONE, peer),
                        new Problem(408, "too-slow", "request: its head did not come in time"));
            }
            case BODY_TOO_SLOW -> {
                clientKeepsAlive = false;
                if (discarding) {
                    ctx.close();
                } else {
                    deaf = true;
                    breakOff(new Problem(408, "too-slow", "body: nothing, or far too little, has come for too long"));
                }
            }
        }
    }

    private ChannelHandlerContext context() {
        return sender().context();
    }

    private Sender sender() {
        Sender sending = sender;
        if (sending == null) {
            throw new IllegalStateException("conversation: has no channel yet");
        }
        return sending;
    }

    /** Returns whether it will run. */
    boolean onLoop(Runnable task) {
        try {
            context().executor().execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("connection: its event loop has ended", e);
            return false;
        }
    }
}
