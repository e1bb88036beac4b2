package org.liuhen.ingest.room;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.liuhen.ingest.media.CaptureOrder;
import org.liuhen.ingest.media.CaptureSource;
import org.liuhen.ingest.media.Captured;

/** Cameras that say what a test says. */
final class ScriptedCameras implements CaptureSource {
    private final BlockingQueue<Connection> opened = new LinkedBlockingQueue<>();

    @Override
    public Connection open(CaptureOrder order) {
        Connection connection = new Connection(order);
        opened.add(connection);
        return connection;
    }

    /** The next connection that somebody makes. */
    Connection connected() throws InterruptedException {
        Connection connection = opened.poll(1, TimeUnit.MINUTES);
        if (connection == null) {
            throw new AssertionError("nobody connected");
        }
        return connection;
    }

    /** One connection; it ends when it is told to, or when somebody wants that. */
    static final class Connection implements CaptureStream {
        final CaptureOrder order;
        private final BlockingQueue<Optional<Captured>> said = new LinkedBlockingQueue<>();

        Connection(CaptureOrder order) {
            this.order = order;
        }

        Connection begins(Instant from) {
            said.add(Optional.of(new Captured.RunBegun(from, "mp4", "h264, no sound")));
            return this;
        }

        Connection piece(Instant to, byte[] bytes) {
            said.add(Optional.of(new Captured.Piece(to, bytes)));
            return this;
        }

        void dies() {
            said.add(Optional.of(new Captured.Ended("killed")));
            said.add(Optional.empty());
        }

        @Override
        public Optional<Captured> next() throws IOException {
            try {
                return said.take();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void finish() {
            dies();
        }

        @Override
        public void close() {
            said.add(Optional.empty());
        }
    }
}
