package org.liuhen.tools.serve;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been opened, to be closed in reverse, once. What fails to close does not keep the rest open. */
final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private record Opened(String name, AutoCloseable part) {}

    private final Deque<Opened> opened = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T add(String name, T part) {
        opened.push(new Opened(name, part));
        return part;
    }

    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            Opened last = opened.pop();
            try {
                last.part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                LOG.warn("{}: interrupted while closing", last.name);
            } catch (Exception e) {
                LOG.error("{}: did not close well", last.name, e);
            }
        }
    }
}
