package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.StructuredField;
import org.liuhen.storage.InvalidField;

/**
 * Mutated input for every parser of this package: no crash, no hang, no 500. The seeds are fixed and the normal run is
 * short; {@code -Dliuhen.mutation.minutes=10} goes on with further seeds for that long. The inputs to begin with lie in
 * the folder {@code corpus}, one a file; what once did harm is added there.
 */
class MutatedRequestTest {
    private static final long[] SEEDS = {1, 20261122, 0x5eed, -7};
    private static final int FIELDS_A_SEED = 4_000;
    private static final int REQUESTS_A_SEED = 60;
    private static final long MINUTES = Long.getLong("liuhen.mutation.minutes", 0);
    private static final String ALPHABET = " ,;:=?\"\\%()-.*/@+\t\u00000123456789abczAZ~\u00e9";

    @TempDir
    private Path folder;

    private static List<String> corpus() throws Exception {
        Path at = Path.of(Objects.requireNonNull(MutatedRequestTest.class.getResource("corpus"))
                .toURI());
        List<String> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(at)) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(inputs).hasSizeGreaterThan(10);
        return inputs;
    }

    /** The seeds of one half of the run: the fixed ones, then more while there is time. */
    private interface Round {
        void run(long seed) throws Exception;
    }

    private static void rounds(Round round) throws Exception {
        for (long seed : SEEDS) {
            round.run(seed);
        }
        long end = System.nanoTime() + MINUTES * 60_000_000_000L / 2;
        for (long seed = 1_000; MINUTES > 0 && System.nanoTime() < end; seed++) {
            round.run(seed);
        }
    }

    private static String mutated(String from, List<String> corpus, Random random) {
        StringBuilder text = new StringBuilder(from);
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.insert(at, ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                case 1 -> text.delete(at, to);
                case 2 -> text.insert(at, text.substring(at, to).repeat(1 + random.nextInt(40)));
                case 3 -> {
                    String other = corpus.get(random.nextInt(corpus.size()));
                    int begin = random.nextInt(other.length() + 1);
                    text.insert(at, other, begin, Math.min(other.length(), begin + random.nextInt(30)));
                }
                case 4 -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) (text.charAt(at) ^ 1 << random.nextInt(8)));
                    }
                }
                default -> text.setLength(at);
            }
        }
        return text.length() > 20_000 ? text.substring(0, 20_000) : text.toString();
    }

    @Test
    void fields_are_read_or_refused_by_name() throws Exception {
        List<String> corpus = corpus();
        rounds(seed -> {
            Random random = new Random(seed);
            for (int i = 0; i < FIELDS_A_SEED; i++) {
                String field = mutated(corpus.get(random.nextInt(corpus.size())), corpus, random);
                List<Runnable> parsers = List.of(
                        () -> UploadMetadata.of(TusMetadata.read(field)),
                        () -> Checksum.announced(field),
                        () -> Concat.read(field),
                        () -> ContentDisposition.filename(field),
                        () -> StructuredField.item(List.of(field)),
                        () -> StructuredField.dictionary(List.of(field)),
                        () -> BodyDigest.ofContent(Headers.NONE.with("content-digest", field)),
                        () -> BodyDigest.ofRepresentation(Headers.NONE.with("repr-digest", field)));
                for (Runnable parser : parsers) {
                    try {
                        parser.run();
                    } catch (InvalidField refused) {
                        assertThat(refused.field())
                                .as("seed %d, round %d", seed, i)
                                .isNotEmpty();
                    }
                }
            }
        });
    }

    @Test
    void whole_heads_are_answered_and_never_with_a_500() throws Exception {
        List<String> corpus = corpus();
        try (IngestServer server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new)) {
            TusPusher dock = new TusPusher(server.address(), IngestServer.TOKEN);
            rounds(seed -> {
                Random random = new Random(seed);
                for (int i = 0; i < REQUESTS_A_SEED; i++) {
                    String upload = dock.begin(new TreeMap<>(), 100).upload();
                    String head = head(upload, corpus, random);
                    String answer = answer(server, head);
                    assertThat(answer)
                            .as("seed %d, round %d, request %s", seed, i, head)
                            .doesNotContain("HTTP/1.1 500");
                }
            });
            assertThat(dock.begin(new TreeMap<>(), 10).upload())
                    .as("still serving")
                    .isNotEmpty();
        }
    }

    private static String head(String upload, List<String> corpus, Random random) {
        String[] methods = {"POST", "PATCH", "HEAD", "GET", "DELETE", "OPTIONS"};
        String[] names = {
            "Upload-Length",
            "Upload-Defer-Length",
            "Upload-Metadata",
            "Upload-Concat",
            "Upload-Checksum",
            "Upload-Offset",
            "Upload-Complete",
            "Upload-Incomplete",
            "Upload-Draft-Interop-Version",
            "Content-Digest",
            "Repr-Digest",
            "Content-Disposition",
            "Trailer",
            "X-HTTP-Method-Override",
            "Tus-Resumable",
            "Content-Type",
            "Expect"
        };
        String method = methods[random.nextInt(methods.length)];
        StringBuilder head = new StringBuilder(method + " ")
                .append(random.nextInt(3) == 0 ? "/uploads" : upload)
                .append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + IngestServer.TOKEN)
                .append(random.nextBoolean() ? "\r\nTus-Resumable: 1.0.0" : "\r\nUpload-Complete: ?1")
                .append(random.nextBoolean() ? "\r\nContent-Type: application/offset+octet-stream" : "");
        for (int n = random.nextInt(6); n > 0; n--) {
            String value = corpus.get(random.nextInt(corpus.size()));
            value = random.nextBoolean() ? mutated(value, corpus, random) : value;
            head.append("\r\n")
                    .append(names[random.nextInt(names.length)])
                    .append(": ")
                    .append(value);
        }
        int body = random.nextInt(3) * 40;
        String text = head + "\r\nContent-Length: " + body + "\r\n\r\n" + "x".repeat(body);
        return random.nextInt(4) == 0 ? mutated(text, corpus, random) : text;
    }

    /** All that comes back before the server ends the connection; a request that never ends is cut off by us. */
    private static String answer(IngestServer server, String request) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(120_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
            } catch (IOException ignored) {
                // refused before it was all sent; the answer says why
            }
            InputStream in = new BufferedInputStream(socket.getInputStream());
            StringBuilder answer = new StringBuilder();
            try {
                for (int c = in.read(); c >= 0; c = in.read()) {
                    answer.append((char) c);
                }
            } catch (java.net.SocketTimeoutException hang) {
                throw new AssertionError("no end of the answer in two minutes to: " + request, hang);
            } catch (IOException ignored) {
                // reset: what was not read yet is lost, which is no crash
            }
            return answer.toString();
        }
    }
}
