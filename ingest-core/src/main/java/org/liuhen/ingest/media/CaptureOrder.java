package org.liuhen.ingest.media;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which camera to capture, and how. The password goes to the child over its standard input and nowhere else.
 *
 * @param url {@code rtsp://HOST[:PORT]/PATH}, without user and password
 * @param user null if the camera asks for none
 * @param password null if the camera asks for none
 * @param piece how much of a recording is made durable at a time
 * @param silence how long a camera may send nothing before it counts as lost
 */
public record CaptureOrder(
        URI url, @Nullable String user, @Nullable String password, Duration piece, Duration silence) {
    /** A piece is cut earlier than planned when it gets as large as this. */
    public static final int LARGEST_PIECE_BYTES = 8 << 20;

    /** Never shows the password, nor the user. */
    @Override
    public String toString() {
        return "CaptureOrder[" + url.getHost() + "]";
    }
}
