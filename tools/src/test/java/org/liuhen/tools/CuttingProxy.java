package org.liuhen.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/** A bad network between a client and a server: hands bytes on and cuts connections at given places with a reset. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicReference<InetSocketAddress> target;
    private final ConcurrentSkipListSet<Long> cuts = new ConcurrentSkipListSet<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();
    private final Map<Socket, Socket> open = new ConcurrentHashMap<>();
    private final LongConsumer progress;

    /** @param progress told how many bytes went towards the server so far */
    CuttingProxy(InetSocketAddress target, LongConsumer progress) throws IOException {
        this.target = new AtomicReference<>(target);
        this.progress = progress;
        listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        start("proxy-accept", () -> {
            while (true) {
                connect(listener.accept());
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Cuts whichever connection carries the so-many-th byte towards the server. */
    void cutAfter(long bytesSent) {
        cuts.add(bytesSent);
    }

    /** Where new connections go from now on. */
    void retarget(InetSocketAddress next) {
        target.set(next);
    }

    /** How many connections were cut on purpose. */
    long cuts() {
        return cut.get();
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            InetSocketAddress to = target.get();
            server.connect(to);
        } catch (IOException unreachable) {
            reset(client);
            return;
        }
        open.put(client, server);
        start("proxy-up", () -> up(client, server));
        start("proxy-down", () -> {
            try (client;
                    server) {
                server.getInputStream().transferTo(client.getOutputStream());
            } finally {
                open.remove(client);
            }
        });
    }

    private void up(Socket client, Socket server) throws IOException {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        byte[] buffer = new byte[16 << 10];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            long now = sent.addAndGet(n);
            progress.accept(now);
            Long due = cuts.floor(now);
            if (due != null && cuts.remove(due)) {
                cut.incrementAndGet();
                reset(client);
                reset(server);
                return;
            }
        }
        server.shutdownOutput();
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ignored) {
                        // a broken connection is what this class is for
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Map.Entry<Socket, Socket> pair : open.entrySet()) {
            reset(pair.getKey());
            reset(pair.getValue());
        }
    }
}
