package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.StorageFailure;

/** A request body on its way into an upload. */
abstract class Body implements BodyHandler.Sink {
    final UploadWriter writer;

    Body(UploadWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(ByteBuffer bytes) throws Exception {
        switch (writer.write(bytes)) {
            case TAKEN -> {}
            case TOO_LONG -> {
                Long length = writer.upload().lengthBytes();
                throw Answers.tooLong(length == null ? Long.MAX_VALUE : length);
            }
            case SUPERSEDED -> throw Answers.superseded();
        }
    }

    @Override
    public abstract Response complete() throws StorageFailure, Problem;

    @Override
    public void broken(Throwable cause) {
        writer.broken();
    }
}
