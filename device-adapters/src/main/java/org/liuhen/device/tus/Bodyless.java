package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;

/** A request without a body; one that has a body anyway is refused. */
record Bodyless(Answer answer) implements BodyHandler.Sink {
    /** What is answered when the request has ended. */
    interface Answer {
        Response give() throws Exception;
    }

    @Override
    public void write(ByteBuffer bytes) throws Problem {
        if (bytes.hasRemaining()) {
            throw new Problem(413, "body-too-large", "body: none is taken here");
        }
    }

    @Override
    public Response complete() throws Exception {
        return answer.give();
    }

    @Override
    public void broken(Throwable ignored) {
        // nothing was begun
    }
}
