package org.liuhen.tools.fault;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * A dock that pushes file after file through whatever happens and remembers every acknowledgement. It fails if the
 * server knows less than it has acknowledged. Runs in a thread of its own.
 */
final class StubbornDock implements Runnable {
    private static final int MOST_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 128 << 10;
    private static final long PAUSE_MILLIS = 50;
    private static final int NO_ROOM = 507;
    private static final int UNAVAILABLE = 503;

    private final Random random;
    private final String token;
    private final Supplier<URI> server;
    private final BooleanSupplier stopping;
    private final Map<String, String> sealed;
    private final Queue<String> losses;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    /** Never counted down: a pause that nobody ends early. */
    private final CountDownLatch never = new CountDownLatch(1);

    private byte[] file = new byte[0];
    private @Nullable String location;
    private long acknowledged;
    private long offsets;
    private final AtomicLong refused = new AtomicLong();

    /**
     * @param server where the server is now
     * @param stopping whether to end after the file under way
     * @param sealed gets the SHA-256 of each acknowledged recording by its id
     * @param losses gets what the server has forgotten
     */
    StubbornDock(
            long seed,
            String token,
            Supplier<URI> server,
            BooleanSupplier stopping,
            Map<String, String> sealed,
            Queue<String> losses) {
        this.random = new Random(seed);
        this.token = token;
        this.server = server;
        this.stopping = stopping;
        this.sealed = sealed;
        this.losses = losses;
    }

    @Override
    public void run() {
        try {
            while (!stopping.getAsBoolean()) {
                file = new byte[1 + random.nextInt(MOST_BYTES)];
                random.nextBytes(file);
                location = null;
                acknowledged = 0;
                while (!pushed() && losses.isEmpty()) {
                    if (never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                        throw new IllegalStateException("pause: ended by nobody");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            losses.add("dock: " + e);
        }
    }

    /** How many offsets were acknowledged to it. */
    long offsets() {
        return offsets;
    }

    /** How often it was told that there is no room. */
    long refused() {
        return refused.get();
    }

    /** Whether all of the file was acknowledged; false if something came between. */
    private boolean pushed() throws InterruptedException {
        try {
            String at = location == null ? create() : location;
            if (at == null) {
                return false;
            }
            location = at;
            HttpResponse<Void> head = send(request(at).method("HEAD", HttpRequest.BodyPublishers.noBody()));
            if (head.statusCode() >= 500) {
                return false;
            }
            long offset =
                    Long.parseLong(head.headers().firstValue("upload-offset").orElse("-1"));
            if (offset < acknowledged) {
                losses.add("upload " + at + ": status " + head.statusCode() + ", offset " + offset
                        + " (expected: at least the acknowledged " + acknowledged + ")");
                return false;
            }
            Optional<String> recording = head.headers().firstValue("liuhen-recording");
            while (recording.isEmpty()) {
                int count = (int) Math.min(CHUNK_BYTES, file.length - offset);
                byte[] chunk = Arrays.copyOfRange(file, (int) offset, (int) offset + count);
                HttpResponse<Void> answer = send(request(at)
                        .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(chunk))
                        .header("Content-Type", "application/offset+octet-stream")
                        .header("Upload-Offset", Long.toString(offset)));
                if (answer.statusCode() != 204) {
                    return false;
                }
                offset = Long.parseLong(
                        answer.headers().firstValue("upload-offset").orElseThrow());
                acknowledged = offset;
                offsets++;
                recording = answer.headers().firstValue("liuhen-recording");
            }
            sealed.put(recording.get(), DigestUtils.sha256Hex(file));
            return true;
        } catch (IOException ignored) {
            // The server was killed: that is what this is for.
            return false;
        }
    }

    private @Nullable String create() throws IOException, InterruptedException {
        HttpResponse<Void> created = send(request("/uploads")
                .POST(HttpRequest.BodyPublishers.noBody())
                .header("Upload-Length", Integer.toString(file.length)));
        return created.statusCode() == 201
                ? URI.create(created.headers().firstValue("location").orElseThrow())
                        .getPath()
                : null;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.get().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .header("Tus-Resumable", "1.0.0");
    }

    private HttpResponse<Void> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<Void> answer = http.send(request.build(), HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() == NO_ROOM) {
            refused.incrementAndGet();
        } else if (answer.statusCode() >= 400 && answer.statusCode() != UNAVAILABLE) {
            losses.add(answer.request().method() + " " + answer.uri() + ": status " + answer.statusCode()
                    + " (expected: success, " + NO_ROOM + " or " + UNAVAILABLE + ")");
        }
        return answer;
    }
}
