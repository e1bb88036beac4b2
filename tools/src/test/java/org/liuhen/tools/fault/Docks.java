package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** The docks of a town, all pushing at once, and what they were promised together. */
final class Docks implements AutoCloseable {
    private static final long PATIENCE_MINUTES = 5;

    private final Map<String, String> sealed = new ConcurrentHashMap<>();
    private final Queue<String> losses = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicReference<URI> address;
    private final List<StubbornDock> docks = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final String person;

    /** Registers {@code count} docks at the server and lets them push. */
    Docks(int count, Random random, URI server, ServerConnection console) throws Exception {
        address = new AtomicReference<>(server);
        person = console.post("/api/v1/tokens", Map.of()).path("token").asText();
        for (int i = 0; i < count; i++) {
            String token = console.post("/api/v1/devices", Map.of("id", "DOCK-" + i))
                    .path("token")
                    .asText();
            StubbornDock dock = new StubbornDock(random.nextLong(), token, address::get, stopping::get, sealed, losses);
            docks.add(dock);
            threads.add(new Thread(dock, "dock-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** The server was started anew. */
    void moveTo(URI server) {
        address.set(server);
    }

    Queue<String> losses() {
        return losses;
    }

    List<StubbornDock> each() {
        return docks;
    }

    long sum(ToLongFunction<StubbornDock> of) {
        return docks.stream().mapToLong(of).sum();
    }

    /** How many recordings were acknowledged. */
    int recordings() {
        return sealed.size();
    }

    /** Lets every dock finish its file, and ends them. */
    void finish() throws InterruptedException {
        stopping.set(true);
        for (Thread thread : threads) {
            thread.join(TimeUnit.MINUTES.toMillis(PATIENCE_MINUTES));
            assertThat(thread.isAlive()).as("%s goes on", thread).isFalse();
        }
        assertThat(losses).isEmpty();
    }

    /** Fetches everything that was acknowledged, and lets the product verify itself. */
    void everything_is_found_bit_for_bit(ServerInAnotherProcess server, List<String> under) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        for (Map.Entry<String, String> recording : sealed.entrySet()) {
            HttpRequest request = HttpRequest.newBuilder(
                            server.address().resolve("/api/v1/recordings/" + recording.getKey() + "/original"))
                    .header("Authorization", "Bearer " + person)
                    .build();
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                assertThat(answer.statusCode()).as(recording.getKey()).isEqualTo(200);
                assertThat(DigestUtils.sha256Hex(body)).as(recording.getKey()).isEqualTo(recording.getValue());
            }
        }
        Process verify = ServerInAnotherProcess.program(
                        under, "verify", "--all", "--data", server.data().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(verify.waitFor()).as(said).isZero();
    }

    @Override
    public void close() {
        stopping.set(true);
        losses.add("closed");
    }
}
