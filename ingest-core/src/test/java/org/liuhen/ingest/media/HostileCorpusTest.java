package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** In a sandbox where this machine allows one; both ways the same is expected. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileCorpusTest {
    private static final int TRUNCATIONS = 50;

    @TempDir
    static Path folder;

    private List<Path> samples = new ArrayList<>();
    private byte[] mp4 = {};

    private HostileCorpus corpus = new HostileCorpus(Path.of(""));

    @BeforeAll
    void make_samples() throws IOException {
        samples = HostileCorpus.samples(folder);
        mp4 = Files.readAllBytes(sample("sample.mp4"));
        corpus = new HostileCorpus(Files.createDirectory(folder.resolve("corpus")));
    }

    @AfterAll
    void the_children_still_do_their_work() throws IOException {
        assertThat(corpus.tried("good.mp4", mp4)).isInstanceOf(RenderOutcome.Playable.class);
        System.out.println("hostile corpus, " + (corpus.isSandboxed() ? "in a sandbox" : "without a sandbox") + ", "
                + corpus.children() + " children: " + corpus.counts());
        corpus.close();
    }

    private Path sample(String name) {
        return samples.stream().filter(path -> path.endsWith(name)).findFirst().orElseThrow();
    }

    @Test
    void a_recording_torn_anywhere_comes_to_an_outcome_with_a_reason() throws IOException {
        for (Path sample : samples) {
            byte[] bytes = Files.readAllBytes(sample);
            for (int i = 0; i < TRUNCATIONS; i++) {
                int length = (int) ((long) bytes.length * i / TRUNCATIONS);
                RenderOutcome outcome = corpus.tried("torn-" + sample.getFileName(), Arrays.copyOf(bytes, length));
                assertThat(outcome)
                        .as("%s of %s bytes", sample, length)
                        .isInstanceOfAny(RenderOutcome.Playable.class, RenderOutcome.Unplayable.class);
            }
        }
    }

    @Test
    void liars_come_to_an_outcome_with_a_reason() throws IOException {
        byte[] jpeg = still();
        for (Map.Entry<String, byte[]> liar : HostileMedia.liars(mp4, jpeg).entrySet()) {
            assertThat(corpus.tried(liar.getKey(), liar.getValue()))
                    .as(liar.getKey())
                    .isNotInstanceOf(RenderOutcome.Hindered.class);
        }
    }

    private byte[] still() throws IOException {
        byte[] avi = Files.readAllBytes(sample("sample.avi"));
        String text = new String(avi, StandardCharsets.ISO_8859_1);
        int from = text.indexOf("\u00ff\u00d8\u00ff");
        return Arrays.copyOfRange(avi, from, text.indexOf("\u00ff\u00d9", from) + 2);
    }

    @Test
    void nothing_that_a_file_names_is_opened_or_asked() throws IOException {
        Path canary = Files.write(folder.resolve("canary.txt"), HostileMedia.utf8(HostileCorpus.SECRET + "\n"));
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread accepting = new Thread(() -> {
                while (!server.isClosed()) {
                    try {
                        Socket connection = server.accept();
                        connections.incrementAndGet();
                        connection.close();
                    } catch (IOException ignored) {
                        // it is closed at the end
                        return;
                    }
                }
            });
            accepting.start();
            String url = "http://127.0.0.1:" + server.getLocalPort();
            for (Map.Entry<String, byte[]> pointer :
                    HostileMedia.pointers(mp4, canary, url).entrySet()) {
                corpus.tried(pointer.getKey(), pointer.getValue());
            }
        }
        assertThat(connections).hasValue(0);
    }

    @Test
    void mutations_of_recordings_come_to_an_outcome_with_a_reason() throws IOException {
        mutate(120, 20261122);
    }

    /** {@code -Dliuhen.mutations=10000} and {@code -Dliuhen.seed}. */
    @Test
    @Tag("world")
    void more_mutations_come_to_an_outcome_with_a_reason() throws IOException {
        mutate(Integer.getInteger("liuhen.mutations", 300), Long.getLong("liuhen.seed", 5));
        assertThat(corpus.children()).isPositive();
    }

    private void mutate(int count, long seed) throws IOException {
        Random random = new Random(seed);
        System.out.println(count + " mutations, seed " + seed);
        for (int i = 0; i < count; i++) {
            Path sample = samples.get(random.nextInt(samples.size()));
            byte[] bytes = mutated(Files.readAllBytes(sample), random);
            assertThat(corpus.tried("mutation-" + i + "-" + sample.getFileName(), bytes))
                    .as("mutation %s of seed %s", i, seed)
                    .isNotInstanceOf(RenderOutcome.Hindered.class);
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] out = bytes.clone();
        // headers are worth more than pictures
        int reach = random.nextBoolean() ? Math.min(out.length, 2048) : out.length;
        int edits = 1 + random.nextInt(1 << random.nextInt(6));
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(reach - 4);
            switch (random.nextInt(6)) {
                case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> out[at] = (byte) random.nextInt(256);
                case 2 -> Arrays.fill(out, at, at + 4, (byte) (random.nextBoolean() ? 0xff : 0));
                case 3 -> out[at] = (byte) 0x7f;
                case 4 ->
                    System.arraycopy(out, random.nextInt(out.length - 64), out, Math.min(at, out.length - 64), 64);
                default -> out = shifted(out, at, random.nextInt(32) - 16);
            }
            reach = Math.min(reach, out.length);
        }
        return out;
    }

    /** Bytes removed, or said twice. */
    private static byte[] shifted(byte[] bytes, int at, int by) {
        int from = Math.max(0, Math.min(bytes.length, at + by));
        byte[] out = HostileMedia.join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, from, bytes.length));
        return out.length < 4096 ? bytes : out;
    }
}
