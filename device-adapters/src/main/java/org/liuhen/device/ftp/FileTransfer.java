package org.liuhen.device.ftp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import org.apache.ftpserver.ftplet.DataConnection;
import org.apache.ftpserver.ftplet.DataType;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.ServerDataConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DropBody;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.storage.StorageFailure;

/**
 * One file on its way in ({@code STOR}, {@code APPE}). In stream mode the end of the data connection is the end of the
 * file, and the kernel of a dock that has been killed ends it just as well. So the end is believed when
 *
 * <ul>
 *   <li>the length was announced ({@code ALLO}) and has come: at once; less than that is never a file;
 *   <li>or else nothing depends on it, because the name says that the file is held until it is renamed;
 *   <li>or else the dock is still there: its control connection stays open for {@link FtpSettings#settling} and brings no
 *       {@code ABOR}, or brings another command.
 * </ul>
 *
 * Everything else is an interruption: what came is made durable and waits to be gone on with. Bytes are taken as they
 * come, whatever {@code TYPE} says. Source: RFC 959 section 3.4.1.
 */
final class FileTransfer {
    private static final int BUFFER_BYTES = 256 << 10;

    private final FtpIoSession session;
    private final DropVisit visit;
    private final Duration settling;
    private final ControlWatch watch;
    /** Taken on the transfer's own thread, because asking the session for it waits for the command to end. */
    private volatile @Nullable ServerDataConnectionFactory receiving;

    FileTransfer(FtpIoSession session, DropVisit visit, Duration settling) {
        this.session = session;
        this.visit = visit;
        this.settling = settling;
        this.watch = ControlWatch.of(session);
    }

    /** What is to be transferred. */
    record Order(DropPath path, boolean append, long offsetBytes, OptionalLong announced) {}

    /** Ends the data connection, so that what came is parked. Safe for many threads. */
    void cut() {
        ServerDataConnectionFactory data = receiving;
        if (data != null) {
            data.closeDataConnection();
        }
    }

    /** Takes the file and returns what to answer. */
    FtpReply take(Order order) throws StorageFailure, DropRefusal {
        watch.transferBegins();
        DropBody body = null;
        try {
            boolean resumes = order.offsetBytes() > 0
                    || (order.append() && visit.settled(order.path()).isPresent());
            body = resumes
                    ? visit.resume(
                            order.path(), order.append() ? OptionalLong.empty() : OptionalLong.of(order.offsetBytes()))
                    : visit.create(order.path(), order.announced());
            // from here on the dock may go and come back: what it asks for is there
            session.write(FtpReplies.of(150, "Send it."));
            DataConnection connection = connection();
            if (connection == null) {
                if (!resumes) {
                    body.broken();
                    visit.remove(order.path());
                }
                return FtpReplies.of(425, "The data connection cannot be opened.");
            }
            receiving = session.getDataConnection();
            body.takePlace();
            FtpReply reply = received(order, connection, body);
            body = null;
            return reply;
        } finally {
            receiving = null;
            watch.transferEnds();
            if (body != null) {
                body.broken();
            }
        }
    }

    private @Nullable DataConnection connection() {
        try {
            return session.getDataConnection().openConnection();
        } catch (Exception ignored) {
            // refused, timed out, or TLS did not come about: all one to the dock, which reads 425
            return null;
        }
    }

    private FtpReply received(Order order, DataConnection connection, DropBody body)
            throws StorageFailure, DropRefusal {
        long start = body.offsetBytes();
        Sink sink = new Sink(body);
        DataType type = session.getDataType();
        session.setDataType(DataType.BINARY);
        try {
            connection.transferFromClient(session.getFtpletSession(), sink);
            sink.flush();
        } catch (IOException broken) {
            sink.rethrow();
            sink.flushQuietly();
            return FtpReplies.incomplete(body.park());
        } finally {
            session.setDataType(type);
        }
        sink.rethrow();
        return isEnd(order, body, start)
                ? FtpReplies.stored(body.declaredFinished(), body.path().isHeld())
                : FtpReplies.incomplete(body.park());
    }

    private boolean isEnd(Order order, DropBody body, long start) {
        if (body.isLengthKnown() || body.path().isHeld()) {
            return true;
        }
        if (order.announced().isPresent()) {
            // of a file that is gone on with, docks announce the whole or the rest
            long announced = order.announced().getAsLong();
            return body.offsetBytes() == announced || body.offsetBytes() == start + announced;
        }
        ControlWatch.Sign sign = watch.await(settling);
        return sign == ControlWatch.Sign.SILENT || sign == ControlWatch.Sign.SPOKE;
    }

    /** Gathers what comes in 4 KiB pieces; after a failure it takes nothing more. */
    private static final class Sink extends OutputStream {
        private final DropBody body;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private @Nullable StorageFailure failure;
        private @Nullable DropRefusal refusal;

        Sink(DropBody body) {
            this.body = body;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            int at = from;
            while (at < from + count) {
                if (!buffer.hasRemaining()) {
                    flush();
                }
                int part = Math.min(buffer.remaining(), from + count - at);
                buffer.put(bytes, at, part);
                at += part;
            }
        }

        @Override
        public void flush() throws IOException {
            if (failure != null || refusal != null) {
                throw new IOException("file: nothing more is taken");
            }
            buffer.flip();
            try {
                if (buffer.hasRemaining()) {
                    body.write(buffer);
                }
            } catch (StorageFailure e) {
                failure = e;
                throw new IOException("file: cannot be stored", e);
            } catch (DropRefusal e) {
                refusal = e;
                throw new IOException("file: refused", e);
            } finally {
                buffer.clear();
            }
        }

        void flushQuietly() throws StorageFailure, DropRefusal {
            try {
                flush();
            } catch (IOException ignored) {
                rethrow();
            }
        }

        void rethrow() throws StorageFailure, DropRefusal {
            if (failure != null) {
                throw failure;
            }
            if (refusal != null) {
                throw refusal;
            }
        }
    }
}
