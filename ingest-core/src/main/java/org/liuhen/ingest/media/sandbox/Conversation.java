package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child that is spoken with by its streams, in a language of its own. Whoever starts it closes it. */
public final class Conversation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private final Process process;
    private final Exchange exchange;

    Conversation(Process process, Exchange exchange) {
        this.process = process;
        this.exchange = exchange;
    }

    public Process process() {
        return process;
    }

    /** What it complained of lately. */
    public String complaints() {
        return exchange.complaintsSince();
    }

    /** Ends it. Idempotent. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            exchange.close();
        } catch (IOException e) {
            LOG.warn("media child: its folder cannot be removed", e);
        }
    }
}
