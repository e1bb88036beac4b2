package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. Between them it runs on workers, one step at a time: who asks, whether the body is
 * wanted, the body, the end of it.
 */
final class Exchange implements Lane.Course {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final Service service;
    private final Conversation conversation;
    private final Request head;
    private final Router.@Nullable Match match;
    private final Lane lane;
    private final long startedNanos = System.nanoTime();
    /** The worker's part and the connection's part. */
    private final AtomicInteger parts = new AtomicInteger(2);

    private volatile int status;
    private BodyHandler.@Nullable Sink sink;

    /** @param match null for an exchange that is refused at once */
    Exchange(Service service, Conversation conversation, Request head, Router.@Nullable Match match) {
        this.service = service;
        this.conversation = conversation;
        this.head = head;
        this.match = match;
        this.lane = new Lane(this, service.budget, service.workers);
        service.exchangeBegun();
    }

    Request head() {
        return head;
    }

    // On the event loop

    void start() {
        lane.start();
    }

    /** The reply to a request that no worker needs to see. */
    Reply refuse(Problem problem) {
        partOver();
        return reply(problem);
    }

    /** Takes ownership of {@code bytes}. */
    void body(ByteBuf bytes) {
        lane.offer(bytes);
    }

    void bodyEnded(Headers trailers) {
        if (match != null) {
            lane.end(trailers);
        }
    }

    void breakOff(Throwable cause) {
        if (match != null) {
            lane.breakOff(cause);
        }
    }

    boolean isFull() {
        return lane.isFull();
    }

    /** The connection has nothing more to do with it. */
    void answered(int statusSent) {
        status = statusSent;
        partOver();
    }

    /** The reply to a failure, whatever fails while making it. */
    Reply reply(Throwable failure) {
        try {
            return service.replies.of(head, carrying(service.failures.response(failure, what())));
        } catch (Exception e) {
            throw new IllegalStateException("answer: of bytes alone cannot fail", e);
        }
    }

    private Response carrying(Response response) {
        return match == null ? response : match.route().carrying(response);
    }

    // On workers

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public boolean begin() {
        if (match == null) {
            throw new IllegalStateException("exchange: refused ones are not started");
        }
        try {
            Request request = head;
            if (!match.open() && !(head.principal() instanceof Principal.OfConsole)) {
                request = head.by(service.authenticator.authenticate(head));
            }
            sink = match.route().handler().accept(request);
            sink.begun((code, fields) -> conversation.interim(this, code, fields));
        } catch (Throwable e) {
            endBroken(e);
            conversation.answer(this, reply(e));
            partOver();
            return false;
        }
        conversation.accepted(this);
        return true;
    }

    @SuppressWarnings("CatchingUnchecked")
    private void endBroken(Throwable cause) {
        try {
            BodyHandler.Sink accepted = sink;
            if (accepted != null) {
                accepted.broken(cause);
            }
        } catch (Throwable e) {
            LOG.error("{}: the end of a broken body failed", what(), e);
        }
    }

    @Override
    public void take(ByteBuffer bytes) throws Exception {
        service.meters.took(bytes.remaining());
        sink().write(bytes);
    }

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public void end(Headers trailers) {
        Reply reply;
        try {
            if (!trailers.fields().isEmpty()) {
                sink().trailers(trailers);
            }
            reply = service.replies.of(head, carrying(sink().complete()));
        } catch (Throwable e) {
            reply = reply(e);
        }
        conversation.answer(this, reply);
        partOver();
    }

    @Override
    public void broken(Throwable cause) {
        endBroken(cause);
        if (cause instanceof Gone) {
            LOG.debug("{}: {}", what(), cause.getMessage());
            answered(0);
        } else {
            conversation.answer(this, reply(cause));
        }
        partOver();
    }

    @Override
    public void roomAgain() {
        conversation.roomAgain();
    }

    private BodyHandler.Sink sink() {
        BodyHandler.Sink accepted = sink;
        if (accepted == null) {
            throw new IllegalStateException("sink: nothing was accepted");
        }
        return accepted;
    }

    private String what() {
        return head.method() + " " + pattern();
    }

    private String pattern() {
        return match == null ? "none" : match.route().pattern();
    }

    private void partOver() {
        if (parts.decrementAndGet() == 0) {
            String method = METHODS.contains(head.method()) ? head.method() : "other";
            service.meters.answered(method, pattern(), status, System.nanoTime() - startedNanos);
            service.exchangeOver();
        }
    }
}
