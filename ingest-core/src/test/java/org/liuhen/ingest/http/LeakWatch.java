package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that lost a buffer. */
final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    static void listen() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((kind, records) -> LEAKS.add(kind + ": " + records));
    }

    /** What was lost so far, as the garbage collector sees it. */
    static List<String> leaks() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int k = 0; k < 20; k++) {
                ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(16); // reporting happens on allocation
                probe.release();
            }
        }
        return List.copyOf(LEAKS);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        listen();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = leaks();
        LEAKS.clear();
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers lost: " + leaks);
        }
    }
}
