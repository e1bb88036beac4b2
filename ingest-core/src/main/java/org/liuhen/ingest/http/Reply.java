package org.liuhen.ingest.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Response} made ready to send: files are open, ranges are cut, lengths are known. Whoever holds it last calls
 * {@link #close}.
 *
 * @param lengthBytes of the body; negative if it shows only as the body is made
 * @param writer makes the body if there is one to be made; then {@code parts} is empty
 * @param file what the segments among the parts are read from
 */
record Reply(
        HttpResponseStatus status,
        HttpHeaders headers,
        List<Part> parts,
        long lengthBytes,
        Response.@Nullable Writer writer,
        @Nullable FileChannel file)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

    /** A piece of a body. */
    sealed interface Part {}

    /** @param bytes not copied */
    record Literal(byte[] bytes) implements Part {}

    /** A part of the reply's file. */
    record Segment(long startByte, long sizeBytes) implements Part {}

    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException ignored) {
            LOG.debug("file: was only read, so nothing is lost when closing it fails", ignored);
        }
    }
}
