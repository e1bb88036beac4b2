package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A streamed answer being made, on a thread of its own. */
final class StreamedReply implements Runnable, ResponsePipe.Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(StreamedReply.class);

    private final Sender sender;
    private final Exchange exchange;
    private final Reply reply;
    private final ResponsePipe pipe;

    StreamedReply(Sender sender, Exchange exchange, Reply reply, ByteBufAllocator allocator) {
        this.sender = sender;
        this.exchange = exchange;
        this.reply = reply;
        this.pipe = new ResponsePipe(this, allocator, reply.lengthBytes());
    }

    ResponsePipe pipe() {
        return pipe;
    }

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public void run() {
        Response.Writer writer = reply.writer();
        if (writer == null) {
            throw new IllegalStateException("reply: has nothing to stream");
        }
        try {
            writer.writeTo(pipe);
            pipe.close();
        } catch (Throwable e) {
            pipe.drop();
            if (pipe.isBegun()) {
                LOG.debug("answer: broken off", e);
                sender.end(exchange, reply.status().code(), false);
            } else {
                sender.instead(exchange, exchange.reply(e));
            }
        }
    }

    @Override
    public void begin() {
        sender.begin(reply);
    }

    @Override
    public void send(ByteBuf bytes, int sizeBytes) {
        sender.part(bytes, () -> pipe.sent(sizeBytes));
    }

    @Override
    public void end() {
        sender.end(exchange, reply.status().code(), true);
    }

    @Override
    public void whole(byte[] bytes) {
        reply.headers().set("content-length", bytes.length);
        sender.instead(
                exchange,
                new Reply(
                        reply.status(),
                        reply.headers(),
                        bytes.length == 0 ? List.of() : List.of(new Reply.Literal(bytes)),
                        bytes.length,
                        null,
                        null));
    }
}
