package org.liuhen.ingest.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far an HTTP/2 client may send ahead on one connection. Every stream begins with the 64 KiB of the standard; a
 * body that was accepted gets more, so that uploads are fast and strangers cannot fill memory. The connection's own
 * window is always wider than what its widened streams may hold up together, so that a slow one does not stop the
 * others. Used on the connection's event loop only. Source: RFC 9113 §5.2.
 */
final class StreamWindows {
    private static final Logger LOG = LoggerFactory.getLogger(StreamWindows.class);
    private static final AttributeKey<StreamWindows> KEY = AttributeKey.valueOf(StreamWindows.class, "windows");
    private static final int MOST_BYTES = 8 << 20;
    private static final int RESERVE_BYTES = 256 << 10;

    private final Channel connectionChannel;
    private final Http2Connection connection;
    private int widenedBytes;
    private int grantedBytes;

    private StreamWindows(Channel connectionChannel, Http2Connection connection) {
        this.connectionChannel = connectionChannel;
        this.connection = connection;
    }

    /** The windows of the connection that a stream belongs to. */
    static StreamWindows of(Channel stream) {
        Channel parent = stream.parent();
        StreamWindows windows = parent.attr(KEY).get();
        if (windows == null) {
            windows = new StreamWindows(
                    parent, parent.pipeline().get(Http2FrameCodec.class).connection());
            parent.attr(KEY).set(windows);
            windows.grant(windows.connection.connectionStream(), RESERVE_BYTES);
        }
        return windows;
    }

    /** Lets a stream send up to {@code bytes} ahead, if the connection has so much left to give. */
    void widen(Channel streamChannel, long bytes) {
        Http2Stream stream = streamChannel instanceof Http2StreamChannel one
                ? connection.stream(one.stream().id())
                : null;
        if (stream == null) {
            return; // it has just ended
        }
        int more = (int) Math.min(
                bytes - connection.local().flowController().initialWindowSize(stream), MOST_BYTES - widenedBytes);
        if (more <= 0) {
            return;
        }
        ReceiveSizes.of(connectionChannel).most(ReceiveSizes.FRAMED_BYTES);
        widenedBytes += more;
        streamChannel.closeFuture().addListener(future -> widenedBytes -= more);
        if (widenedBytes > grantedBytes) {
            // Twice, because what was read is only announced when it makes up half of the window.
            grant(connection.connectionStream(), 2 * (widenedBytes - grantedBytes));
            grantedBytes = widenedBytes;
        }
        grant(stream, more);
    }

    private void grant(Http2Stream stream, int bytes) {
        try {
            Http2LocalFlowController flow = connection.local().flowController();
            flow.incrementWindowSize(stream, bytes);
            connectionChannel.flush();
        } catch (Http2Exception e) {
            LOG.debug("stream: its window stays as it is", e);
        }
    }
}
