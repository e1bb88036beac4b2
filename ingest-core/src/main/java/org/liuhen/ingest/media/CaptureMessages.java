package org.liuhen.ingest.media;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;

/**
 * What a capture child says, message by message. Bounded and checked: the child reads what strangers send. One thread.
 *
 * <table>
 *   <caption>Messages of</caption>
 *   <tr><td>1 byte</td><td>{@code B} a run begins, {@code P} piece, {@code E} end</td></tr>
 *   <tr><td>8 bytes</td><td>when, milliseconds since 1970 UTC, big-endian</td></tr>
 *   <tr><td>4 bytes</td><td>how many bytes follow, big-endian</td></tr>
 *   <tr><td>those</td><td>the piece; otherwise UTF-8, JSON for {@code B}</td></tr>
 * </table>
 */
final class CaptureMessages {
    private static final int MAX_TEXT_BYTES = 4096;
    private static final int MAX_WORDS = 300;
    /** What one packet and the tables of a fragment may add. */
    private static final int MAX_PIECE_BYTES = 2 * CaptureOrder.LARGEST_PIECE_BYTES + (8 << 20);

    private final DataInputStream in;
    private final List<String> secrets;

    /** @param password what must not be repeated; null for none */
    CaptureMessages(InputStream in, @Nullable String password) {
        this.in = new DataInputStream(in);
        this.secrets = password == null ? List.of() : List.of(password, encoded(password));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * The next one; empty if the child is dead, also if it died while it spoke: a piece that is not whole does not count.
     *
     * @throws IOException if it makes no sense
     */
    Optional<Captured> next() throws IOException {
        int type = in.read();
        if (type < 0) {
            return Optional.empty();
        }
        try {
            Instant at = Instant.ofEpochMilli(in.readLong());
            int length = in.readInt();
            int most = type == 'P' ? MAX_PIECE_BYTES : MAX_TEXT_BYTES;
            if (length < 0 || length > most) {
                throw new IOException(
                        "capture child: a message of " + length + " bytes (expected: at most " + most + ")");
            }
            byte[] bytes = in.readNBytes(length);
            return bytes.length < length ? Optional.empty() : Optional.of(understood(type, at, bytes));
        } catch (EOFException ignored) {
            return Optional.empty();
        }
    }

    private Captured understood(int type, Instant at, byte[] bytes) throws IOException {
        if (type == 'P') {
            return new Captured.Piece(at, bytes);
        }
        if (type == 'B') {
            JsonNode said = StoredJson.MAPPER.readTree(bytes);
            String container = said.path("container").asText();
            if (!container.equals("mp4") && !container.equals("mov")) {
                throw new IOException("capture child: a container that is none (expected: mp4 or mov)");
            }
            return new Captured.RunBegun(
                    at, container, clean(said.path("streams").asText()));
        }
        if (type == 'E') {
            return new Captured.Ended(clean(new String(bytes, StandardCharsets.UTF_8)));
        }
        throw new IOException("capture child: a message of type " + type + " (expected: B, P or E)");
    }

    /** Words that went through strangers' hands: on one line, without the password that may be quoted there. */
    String clean(String words) {
        String clean = words.replaceAll("\\p{Cntrl}+", " ").strip();
        for (String secret : secrets) {
            clean = secret.isEmpty() ? clean : clean.replace(secret, "***");
        }
        clean = clean.replaceAll("://[^/@\\s]*@", "://***@");
        return clean.length() > MAX_WORDS ? clean.substring(0, MAX_WORDS) + "…" : clean;
    }
}
