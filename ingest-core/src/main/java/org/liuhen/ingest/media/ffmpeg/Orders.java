package org.liuhen.ingest.media.ffmpeg;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What a child is told to do, one order after another: 4 bytes, how many arguments; for each 4 bytes, how long, and so much
 * UTF-8; numbers big-endian. Read by a thread of its own, which ends this process when the one that started it is gone,
 * also while work is under way.
 */
final class Orders {
    private static final int EXIT_ORPHANED = 3;

    private final BlockingQueue<List<String>> orders = new ArrayBlockingQueue<>(1);

    Orders(InputStream from) {
        DataInputStream input = new DataInputStream(from);
        Thread reader = new Thread(
                () -> {
                    try {
                        while (true) {
                            orders.put(read(input));
                        }
                    } catch (EOFException ignored) {
                        // nobody is left who could tell us anything
                    } catch (IOException | InterruptedException failure) {
                        System.err.println("orders: " + failure);
                    }
                    Runtime.getRuntime().halt(EXIT_ORPHANED);
                },
                "orders");
        reader.setDaemon(true);
        reader.start();
    }

    private static List<String> read(DataInputStream input) throws IOException {
        List<String> order = new ArrayList<>();
        int count = input.readInt();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[input.readInt()];
            input.readFully(bytes);
            order.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return order;
    }

    /** Waits for the next. */
    List<String> next() throws InterruptedException {
        return orders.take();
    }
}
