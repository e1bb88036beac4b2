package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a {@link Conversation}: one answer at a time, whole, from a file, or as it is made. State belongs
 * to the event loop; the thread that makes a streamed answer reaches it through the methods that say so.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write fails the last write too, which is listened to
final class Sender {
    /** Source: draft-ietf-httpbis-resumable-upload. */
    private static final HttpResponseStatus RESUMPTION_SUPPORTED =
            new HttpResponseStatus(104, "Upload Resumption Supported");

    private final Service service;
    private final Conversation conversation;
    private final ChannelHandlerContext context;
    private final Way way;
    private @Nullable PartPump pump;
    private @Nullable ResponsePipe pipe;
    private boolean persistent;
    private boolean oldClient;

    Sender(Service service, Conversation conversation, ChannelHandlerContext context, Way way) {
        this.service = service;
        this.conversation = conversation;
        this.context = context;
        this.way = way;
    }

    ChannelHandlerContext context() {
        return context;
    }

    /** Whether the connection goes on after the answer that was sent last. */
    boolean isPersistent() {
        return persistent;
    }

    /** Sends a head before that of the answer. */
    void interim(HttpResponseStatus status, Headers fields) {
        HttpHeaders headers = new DefaultHttpHeaders();
        fields.fields().forEach((name, values) -> headers.add(name, values));
        context.writeAndFlush(new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, headers, EmptyHttpHeaders.INSTANCE));
    }

    static HttpResponseStatus interimStatus(int code) {
        return code == RESUMPTION_SUPPORTED.code() ? RESUMPTION_SUPPORTED : HttpResponseStatus.valueOf(code);
    }

    /**
     * Sends an answer and tells the conversation when it has left. Takes over {@code reply}.
     *
     * @param keepsAlive whether the connection may go on afterwards
     * @param old whether the client knows no chunks
     */
    void send(Exchange exchange, Reply reply, boolean keepsAlive, boolean old) {
        persistent = keepsAlive;
        oldClient = old;
        if (reply.writer() == null) {
            fixed(exchange, reply);
        } else {
            stream(exchange, reply);
        }
    }

    /** The connection can take more. */
    void writable() {
        PartPump pumping = pump;
        if (pumping != null && context.channel().isWritable()) {
            pumping.pump();
        }
    }

    /** Stops making an answer that nobody will read. */
    void abort(Throwable cause) {
        ResponsePipe piping = pipe;
        PartPump pumping = pump;
        if (piping != null) {
            piping.abort(cause);
        }
        if (pumping != null) {
            pumping.abort();
        }
    }

    private void fixed(Exchange exchange, Reply reply) {
        connectionField(reply);
        int status = reply.status().code();
        if (reply.file() == null) {
            ByteBuf bytes = !reply.parts().isEmpty() && reply.parts().get(0) instanceof Reply.Literal literal
                    ? Unpooled.wrappedBuffer(literal.bytes())
                    : Unpooled.EMPTY_BUFFER;
            var message = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, reply.status(), bytes, reply.headers(), EmptyHttpHeaders.INSTANCE);
            context.writeAndFlush(message)
                    .addListener(future -> conversation.sent(exchange, status, future.isSuccess()));
            return;
        }
        context.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, reply.status(), reply.headers()));
        PartPump pumping = new PartPump(context, reply, !way.secure(), service.workers, whole -> {
            pump = null;
            reply.close();
            conversation.sent(exchange, status, whole);
        });
        pump = pumping;
        pumping.pump();
    }

    private void stream(Exchange exchange, Reply reply) {
        StreamedReply streamed = new StreamedReply(this, exchange, reply, context.alloc());
        pipe = streamed.pipe();
        try {
            service.streams.execute(streamed);
        } catch (RejectedExecutionException e) {
            pipe = null;
            Problem busy = new Problem(503, "busy", "server: too many answers are being streamed", e)
                    .header("retry-after", "5");
            fixed(exchange, exchange.reply(busy));
        }
    }

    // On the thread that makes a streamed answer

    /** Sends an answer in place of a streamed one that was not begun. */
    void instead(Exchange exchange, Reply reply) {
        onLoopOrGone(exchange, () -> {
            pipe = null;
            fixed(exchange, reply);
        });
    }

    /** Sends the head of a streamed answer. */
    void begin(Reply reply) {
        conversation.onLoop(() -> {
            if (reply.lengthBytes() < 0 && oldClient) {
                persistent = false;
            } else if (reply.lengthBytes() < 0 && !way.multiplexed()) {
                reply.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
            connectionField(reply);
            context.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, reply.status(), reply.headers()));
        });
    }

    /** Sends a part of a streamed answer, taking ownership; {@code sent} is run when it has left, or never will. */
    void part(ByteBuf bytes, Runnable sent) {
        boolean taken = conversation.onLoop(
                () -> context.writeAndFlush(new DefaultHttpContent(bytes)).addListener(future -> sent.run()));
        if (!taken) {
            bytes.release();
            sent.run();
        }
    }

    /** @param whole false breaks the connection, so that nobody takes what was sent for the whole */
    void end(Exchange exchange, int status, boolean whole) {
        onLoopOrGone(exchange, () -> {
            pipe = null;
            if (whole) {
                context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                        .addListener(future -> conversation.sent(exchange, status, future.isSuccess()));
            } else {
                conversation.sent(exchange, status, false);
            }
        });
    }

    private void onLoopOrGone(Exchange exchange, Runnable task) {
        if (!conversation.onLoop(task)) {
            exchange.answered(0);
        }
    }

    private void connectionField(Reply reply) {
        if (way.multiplexed()) {
            return;
        }
        if (!persistent) {
            reply.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (oldClient) {
            reply.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }
}
