package org.liuhen.tools.attest;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.CosignerKey;
import org.liuhen.storage.ledger.StoredLedger;

/**
 * The log's side of one witness: submits checkpoints with the proof that they extend the one it saw last. One thread.
 * Source: c2sp.org/tlog-witness, add-checkpoint.
 */
final class WitnessClient {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 64 << 10;

    private final URI address;
    private final CosignerKey key;
    private final HttpClient http;
    /** The size it cosigned last, as far as we know. */
    private long seen;

    /** @param prefix its submission prefix */
    WitnessClient(URI prefix, CosignerKey key, HttpClient http) {
        String text = prefix.toString();
        this.address = URI.create((text.endsWith("/") ? text : text + "/") + "add-checkpoint");
        this.key = key;
        this.http = http;
    }

    String name() {
        return key.name();
    }

    /**
     * Has a checkpoint cosigned.
     *
     * @param note the log's checkpoint of {@code size} events
     * @return the witness's line, checked
     * @throws IOException if it cannot be reached, or refuses; the message says why
     */
    String cosign(StoredLedger ledger, String note, long size)
            throws IOException, InterruptedException, StorageFailure {
        HttpResponse<InputStream> answer = submit(ledger, note, size);
        String body = body(answer);
        if (answer.statusCode() == 409) {
            if (!body.matches("(0|[1-9][0-9]{0,17})\n")) {
                throw new IOException("witness " + name() + ": 409 without a size");
            }
            seen = Long.parseLong(body.strip());
            if (seen > size) {
                throw new IOException("witness " + name() + ": has seen " + seen
                        + " events of this log (expected: at most " + size + "; has the log lost events?)");
            }
            answer = submit(ledger, note, size);
            body = body(answer);
        }
        if (answer.statusCode() != 200) {
            throw new IOException("witness " + name() + ": " + answer.statusCode() + " "
                    + body.lines().findFirst().orElse("") + " (expected: 200)");
        }
        seen = size;
        String text = note.substring(0, note.lastIndexOf("\n\n") + 1);
        for (String line : body.lines().toList()) {
            if (key.cosignedAt(text, line).isPresent()) {
                return line;
            }
        }
        throw new IOException(
                "witness " + name() + ": an answer without its cosignature (expected: one by " + key + ")");
    }

    private HttpResponse<InputStream> submit(StoredLedger ledger, String note, long size)
            throws IOException, InterruptedException, StorageFailure {
        StringBuilder body = new StringBuilder("old " + Math.min(seen, size) + "\n");
        List<byte[]> proof = ledger.consistencyProof(Math.min(seen, size), size);
        proof.forEach(
                hash -> body.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
        body.append('\n').append(note);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String body(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream in = answer.body()) {
            return new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
        }
    }

    /** For people, where it is. */
    Optional<String> place() {
        return Optional.ofNullable(address.getHost());
    }
}
