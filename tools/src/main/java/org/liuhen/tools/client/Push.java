package org.liuhen.tools.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.evidence.ReceiptCheck;

/**
 * The docking station's side of an upload: tus 1.0.0, resumed through broken connections, believed only when the
 * server's receipt proves itself and names the fingerprint that was computed here. Source: tus.io, protocol 1.0.0.
 */
public final class Push {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final String OFFSET = "application/offset+octet-stream";
    private static final int BUFFER = 256 << 10;
    private static final int RECEIPTS_ASKED_FOR_AGAIN = 3;

    /** The server's key is the server's word, which its TLS certificate vouches for. */
    private static final ReceiptCheck RECEIPTS = new ReceiptCheck(List.of());

    private final ServerConnection server;
    private final InstantSource clock;
    private final Duration patience;
    private final Progress progress;
    private final UnfinishedPushes unfinished;
    /** Never counted down: a pause that nobody ends early. */
    private final CountDownLatch never = new CountDownLatch(1);

    /** Who is told how it goes. */
    public interface Progress {
        void sent(Path file, long offsetBytes, long sizeBytes);

        void trouble(Path file, String what, Duration pause);
    }

    /** @param patience how long to keep trying without a single byte getting through */
    public Push(ServerConnection server, InstantSource clock, Duration patience, Progress progress) {
        this(server, clock, patience, progress, UnfinishedPushes.NONE);
    }

    /** @param unfinished where a push that was killed left off */
    public Push(
            ServerConnection server,
            InstantSource clock,
            Duration patience,
            Progress progress,
            UnfinishedPushes unfinished) {
        this.unfinished = unfinished;
        this.server = server;
        this.clock = clock;
        this.patience = patience;
        this.progress = progress;
    }

    /**
     * A file that is safe at the server.
     *
     * @param receipt the server's, as it came
     */
    public record Pushed(String recording, Fingerprint fingerprint, Path file, long sizeBytes, JsonNode receipt) {}

    /**
     * Pushes one file and returns when it may be erased here.
     *
     * @param metadata by CONTRACT's keys; file name and fingerprint are added
     * @throws Refused if the server will never take it
     * @throws IOException if it could not be reached for as long as patience lasts
     */
    public Pushed push(Path file, Map<String, String> metadata) throws IOException, Refused {
        return push(file, fingerprint(file), metadata);
    }

    /** The fingerprint of a file as it is now. */
    public static Fingerprint fingerprint(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Fingerprint.of(DigestUtils.sha256(in));
        }
    }

    /**
     * What the server knows of a file's bytes from this device, believed like what was just pushed; empty if it has to be
     * pushed.
     *
     * @throws IOException if the server could not be reached for as long as patience lasts
     */
    public Optional<Pushed> known(Path file, Fingerprint fingerprint, DeviceId device) throws IOException, Refused {
        String recording = RecordingId.of(device, fingerprint).hex();
        try {
            return Optional.of(verified(file, recording, fingerprint, Files.size(file), new Attempts(file)));
        } catch (Refused e) {
            if (e.status() == 404 || e.status() == 410 || e.status() == 403) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Pushes a file whose fingerprint is known; see {@link #push(Path, Map)}. */
    public Pushed push(Path file, Fingerprint fingerprint, Map<String, String> metadata) throws IOException, Refused {
        long size = Files.size(file);
        Map<String, String> all = new LinkedHashMap<>(metadata);
        all.putIfAbsent("filename", String.valueOf(file.getFileName()));
        all.put("sha256", fingerprint.hex());
        Attempts attempts = new Attempts(file);
        UnfinishedPushes.Place place = unfinished.place(server.base(), fingerprint, all);
        String location = place.address().orElse(null);
        boolean remembered = location != null;
        while (true) {
            try {
                if (location == null) {
                    location = create(all, size);
                    place.begun(location);
                }
                Optional<String> recording = send(file, location, size, fingerprint, attempts);
                if (recording.isPresent()) {
                    Pushed pushed = verified(file, recording.get(), fingerprint, size, attempts);
                    place.over();
                    return pushed;
                }
            } catch (InvalidReceipt e) {
                throw e;
            } catch (Refused e) {
                boolean forgotten = e.status() == 404 || e.status() == 410;
                if (remembered && (forgotten || (!e.mayPass() && e.status() != 409))) {
                    // begun long ago, or by somebody else
                    remembered = false;
                    location = null;
                    place.over();
                    continue;
                }
                if (forgotten) {
                    // the server has forgotten this upload: begin again, but not for ever
                    location = null;
                } else if (!e.mayPass() && e.status() != 409) {
                    throw e;
                }
                attempts.failed(e, e.retryAfter());
            } catch (IOException e) {
                if (isUntrusted(e)) {
                    throw e;
                }
                attempts.failed(e, Optional.empty());
            }
        }
    }

    /** A server that is not the one we trust will not become it by waiting. */
    private static boolean isUntrusted(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }

    private String create(Map<String, String> metadata, long size) throws IOException, Refused {
        String encoded = metadata.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + Base64.getEncoder().encodeToString(entry.getValue().getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(","));
        return server.send(
                        "POST",
                        "/uploads",
                        Map.of(
                                "Tus-Resumable",
                                "1.0.0",
                                "Upload-Length",
                                Long.toString(size),
                                "Upload-Metadata",
                                encoded),
                        null)
                .header("location")
                .orElseThrow(() -> new IOException("upload: created without a Location"));
    }

    /** Sends what the server has not acknowledged; empty if there is more to do. */
    private Optional<String> send(Path file, String location, long size, Fingerprint fingerprint, Attempts attempts)
            throws IOException, Refused {
        var head = server.send("HEAD", location, Map.of("Tus-Resumable", "1.0.0"), null);
        long offset = offset(head, size);
        attempts.reached(offset);
        if (head.header("liuhen-recording").isPresent()) {
            return recording(head, fingerprint);
        }
        Map<String, String> headers = Map.of("Tus-Resumable", "1.0.0", "Upload-Offset", Long.toString(offset));
        var answer = server.send(
                "PATCH", location, headers, new Tail(file, offset, size, sent -> progress.sent(file, sent, size)));
        long reached = offset(answer, size);
        attempts.reached(reached);
        return reached < size ? Optional.empty() : recording(answer, fingerprint);
    }

    private static long offset(ServerConnection.Answer answer, long size) throws IOException {
        String text = answer.header("upload-offset").orElse("");
        if (!text.matches("\\d{1,18}") || Long.parseLong(text) > size) {
            throw new IOException("upload: offset " + text + " (expected: 0 to " + size + ")");
        }
        return Long.parseLong(text);
    }

    private static Optional<String> recording(ServerConnection.Answer answer, Fingerprint fingerprint)
            throws IOException {
        String digest = "sha-256=:" + Base64.getEncoder().encodeToString(fingerprint.bytes()) + ":";
        if (!answer.header("repr-digest").orElse(digest).equals(digest)) {
            throw new IOException("upload: the server has other bytes than were sent");
        }
        return answer.header("liuhen-recording");
    }

    private Pushed verified(Path file, String recording, Fingerprint fingerprint, long size, Attempts attempts)
            throws IOException, Refused {
        int invalid = 0;
        while (true) {
            try {
                byte[] bytes = server.send(
                                "GET",
                                ServerConnection.path("api", "v1", "recordings", recording, "receipt"),
                                Map.of(),
                                null)
                        .body();
                Optional<String> difference = RECEIPTS.firstDifference(bytes);
                if (difference.isPresent()) {
                    throw new InvalidReceipt("receipt: not valid: " + difference.get() + "; keep the file");
                }
                JsonNode receipt = StoredJson.MAPPER.readTree(bytes);
                if (!receipt.path("sha256").asText().equals(fingerprint.hex())
                        || receipt.path("size").asLong(-1) != size
                        || !receipt.path("recording").asText().equals(recording)) {
                    throw new InvalidReceipt("receipt: is for something else than " + file + " (expected: sha256 "
                            + fingerprint.hex() + ", " + size + " bytes); keep the file");
                }
                return new Pushed(recording, fingerprint, file, size, receipt);
            } catch (InvalidReceipt e) {
                // a server that is wrong about what it has does not become right by waiting
                if (++invalid > RECEIPTS_ASKED_FOR_AGAIN) {
                    throw e;
                }
                attempts.failed(e, Optional.empty());
            } catch (Refused e) {
                if (!e.mayPass()) {
                    throw e;
                }
                attempts.failed(e, e.retryAfter());
            }
        }
    }

    /** Counts what went wrong since something last got through. */
    private final class Attempts {
        private final Path file;
        private long furthest = -1;
        private Instant last = clock.instant();
        private Duration pause = FIRST_PAUSE;

        Attempts(Path file) {
            this.file = file;
        }

        void reached(long offset) {
            if (offset > furthest) {
                furthest = offset;
                last = clock.instant();
                pause = FIRST_PAUSE;
            }
        }

        /** Waits before the next attempt, or gives up with what went wrong. */
        <E extends Exception> void failed(E why, Optional<Duration> wanted) throws E {
            Duration wait = wanted.filter(asked -> asked.compareTo(LONGEST_PAUSE) < 0)
                    .filter(asked -> asked.compareTo(pause) > 0)
                    .orElse(pause);
            if (clock.instant().plus(wait).isAfter(last.plus(patience))) {
                throw why;
            }
            progress.trouble(file, why.getMessage() == null ? why.toString() : why.getMessage(), wait);
            try {
                if (never.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("pause: ended by nobody");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw why;
            }
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
    }

    /** The part of a file that is still to be sent. */
    private static final class Tail extends AbstractHttpEntity {
        private final Path file;
        private final long from;
        private final long size;
        private final LongConsumer sent;

        Tail(Path file, long from, long size, LongConsumer sent) {
            super(ContentType.parse(OFFSET), null);
            this.file = file;
            this.from = from;
            this.size = size;
            this.sent = sent;
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public long getContentLength() {
            return size - from;
        }

        @Override
        public InputStream getContent() throws IOException {
            SeekableByteChannel channel = Files.newByteChannel(file);
            channel.position(from);
            return Channels.newInputStream(channel);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            long at = from;
            try (SeekableByteChannel channel = Files.newByteChannel(file)) {
                channel.position(from);
                while (at < size) {
                    buffer.clear().limit((int) Math.min(BUFFER, size - at));
                    if (channel.read(buffer) < 0) {
                        throw new IOException("file: " + file + " became shorter while it was sent");
                    }
                    out.write(buffer.array(), 0, buffer.position());
                    at += buffer.position();
                    sent.accept(at);
                }
            }
        }

        @Override
        public boolean isStreaming() {
            return false;
        }

        @Override
        public void close() {
            // nothing is held between writes
        }
    }

    /** For callers that do not watch. */
    public static Progress quiet() {
        return new Progress() {
            @Override
            public void sent(Path file, long offsetBytes, long sizeBytes) {}

            @Override
            public void trouble(Path file, String what, @Nullable Duration pause) {}
        };
    }
}
