package org.liuhen.tools.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection to a {@link FloorReceiver}. */
final class FloorTarget implements Load.Target {
    private final SocketChannel channel;

    FloorTarget(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public void begin(long sizeBytes) throws IOException {
        send(ByteBuffer.allocate(Long.BYTES).putLong(sizeBytes).flip());
    }

    @Override
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void acknowledged() throws IOException {
        if (channel.read(ByteBuffer.allocate(1)) != 1) {
            throw new EOFException("floor: the receiver ended");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
