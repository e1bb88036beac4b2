package org.liuhen.storage.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The way in which every parser is attacked: inputs that are nearly right, made from a corpus by a seed. The corpus of a
 * parser lies beside its test, in the folder {@code corpus/NAME}, one input a file; an input that got an answer which none
 * got before is worth altering further, and stays for the run. In a normal run the seed is fixed and the run is short; {@code
 * -Dliuhen.mutation.seconds=600} runs each parser for ten minutes with a new seed, which is printed, and {@code
 * -Dliuhen.mutation.seed=N} repeats it. Such a run leaves what was new in {@code target/mutation/NAME}, to be added to the
 * corpus. One thread.
 */
public final class Mutation {
    private static final long SECONDS = Long.getLong("liuhen.mutation.seconds", 0);
    private static final long USUAL_SEED = 20261122;
    private static final int MOST_BYTES = 20_000;
    private static final int MOST_KEPT = 1_000;
    private static final int HANGING_MILLIS = 120_000;
    private static final int MOMENT_MILLIS = 100;

    /** What has been trouble somewhere. */
    private static final List<String> PIECES = List.of(
            "\u0000",
            "\r\n",
            "\n",
            "\t",
            "%",
            "%zz",
            "%00",
            "%2F",
            "%5C",
            "%0D%0A",
            "%C3%28",
            "%ED%A0%80",
            "\\",
            "\"",
            "'",
            "/",
            "//",
            "..",
            "../",
            "./",
            "*",
            "?",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ";",
            ":",
            "=",
            "-",
            "+",
            "~",
            "0",
            "-1",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999",
            "1e309",
            "NaN",
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "0000-00-00T00:00:00Z",
            "+999999999-12-31T23:59:59Z",
            "2026-03-01T08:00:00+99:99",
            "20269999T999999Z",
            "\u00ff\u00fe",
            "\u00c3(",
            "\u00ed\u00a0\u0080",
            "\u00e2\u0080\u00ae",
            "\u00b2\u00e2",
            "\ufeff",
            "&#x0;",
            "<!--",
            "${x}",
            "$(x)",
            "%s%n",
            "x".repeat(300));

    /** One parser under attack. */
    @FunctionalInterface
    public interface Trial {
        /**
         * Gives the parser an input.
         *
         * @return its answer in a few words that are the same for inputs of a kind; anything thrown is a failure
         */
        String answer(byte[] input) throws Exception;
    }

    private static final Pattern TOLD = Pattern.compile("HTTP/1\\.[01] (\\d{3})|\"type\"\\s*:\\s*\"([^\"]{1,80})\"");

    private final String name;
    private final List<byte[]> corpus;
    private final List<byte[]> kept = new ArrayList<>();
    private final Set<String> answers = new HashSet<>();
    private final long seed;
    private final Random random;

    private Mutation(String name, List<byte[]> corpus) {
        this.name = name;
        this.corpus = corpus;
        Long told = Long.getLong("liuhen.mutation.seed");
        this.seed = told != null ? told : SECONDS > 0 ? new Random().nextLong() : USUAL_SEED;
        this.random = new Random(seed);
    }

    /** @param name of the folder in {@code corpus} beside the test */
    public static Mutation of(Class<?> test, String name) throws IOException {
        URL folder = test.getResource("corpus/" + name);
        if (folder == null) {
            throw new IllegalStateException("corpus: no folder " + name + " beside " + test);
        }
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        String room = test.getPackageName();
        return new Mutation(room.substring(room.lastIndexOf('.') + 1) + "-" + name, inputs);
    }

    /** Everything in the corpus as it is, then at least {@code least} alterations, and more while there is time. */
    public void run(int least, Trial trial) {
        long begun = System.nanoTime();
        long rounds = 0;
        for (byte[] input : corpus) {
            attempt(rounds++, input, trial);
        }
        while (rounds < least || System.nanoTime() - begun < SECONDS * 1_000_000_000L) {
            attempt(rounds++, altered(), trial);
        }
        System.out.println(
                "mutation " + name + ": " + rounds + " inputs in " + (System.nanoTime() - begun) / 1_000_000_000
                        + " s, " + answers.size() + " kinds of answers, seed " + seed);
    }

    private void attempt(long round, byte[] input, Trial trial) {
        String answer;
        try {
            answer = trial.answer(input.clone());
        } catch (Exception | Error e) {
            throw new AssertionError(
                    name + ": seed " + seed + ", round " + round + ", input " + keep("failed", input) + ": "
                            + new String(input, StandardCharsets.ISO_8859_1),
                    e);
        }
        String kind = answer.replaceAll("[0-9a-f]{8,}", "#");
        if (answers.add(kind.substring(0, Math.min(80, kind.length()))) && kept.size() < MOST_KEPT) {
            kept.add(input);
            if (SECONDS > 0 && round >= corpus.size()) {
                keep("new", input);
            }
        }
    }

    private Path keep(String why, byte[] input) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "mutation", name));
            return Files.write(
                    folder.resolve(why + "-" + DigestUtils.sha256Hex(input).substring(0, 12)), input);
        } catch (IOException e) {
            throw new IllegalStateException("mutation: an input cannot be kept", e);
        }
    }

    private byte[] any() {
        List<byte[]> from = kept.isEmpty() || random.nextBoolean() ? corpus : kept;
        return from.get(random.nextInt(from.size()));
    }

    private byte[] altered() {
        byte[] input = any();
        for (int steps = 1 + random.nextInt(5); steps > 0; steps--) {
            int at = random.nextInt(input.length + 1);
            int to = Math.min(input.length, at + random.nextInt(random.nextInt(4) == 0 ? 400 : 12));
            byte[] between = switch (random.nextInt(8)) {
                case 0 -> PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.ISO_8859_1);
                case 1 -> new byte[] {(byte) random.nextInt(256)};
                case 2 -> new byte[0];
                case 3 -> Arrays.copyOfRange(input, random.nextInt(at + 1), at);
                case 4 -> some(any());
                case 5 -> flipped(input, at, to);
                case 6 -> doubled(input, at, to);
                default -> new byte[] {(byte) (33 + random.nextInt(94))};
            };
            input = joined(
                    Arrays.copyOf(input, at),
                    between,
                    Arrays.copyOfRange(input, random.nextInt(3) == 0 ? at : to, input.length));
        }
        return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
    }

    private byte[] some(byte[] other) {
        int from = random.nextInt(other.length + 1);
        return Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(40)));
    }

    private byte[] flipped(byte[] input, int from, int to) {
        byte[] bytes = Arrays.copyOfRange(input, from, to);
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private byte[] doubled(byte[] input, int from, int to) {
        byte[] once = Arrays.copyOfRange(input, from, to);
        byte[] all = once;
        for (int times = random.nextInt(6); times > 0 && all.length < MOST_BYTES; times--) {
            all = joined(all, all, new byte[0]);
        }
        return all;
    }

    private static byte[] joined(byte[] one, byte[] two, byte[] three) {
        byte[] all = Arrays.copyOf(one, one.length + two.length + three.length);
        System.arraycopy(two, 0, all, one.length, two.length);
        System.arraycopy(three, 0, all, one.length + two.length, three.length);
        return all;
    }

    /**
     * Says bytes to a server and hears it out; once it is silent for a moment, it is told that no more will follow.
     *
     * @return everything it says, one character a byte, until it ends the connection; it may end it at any time
     * @throws AssertionError if it says nothing and does not end for two minutes
     */
    private static String said(InetSocketAddress server, byte[] bytes) throws IOException {
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(MOMENT_MILLIS);
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
            } catch (IOException ignored) {
                // refused before it was all sent; the answer says why
            }
            try {
                hear(socket, answer);
            } catch (SocketTimeoutException ignored) {
                socket.setSoTimeout(HANGING_MILLIS);
                socket.shutdownOutput();
                hear(socket, answer);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("server: neither answers nor ends for two minutes", e);
        } catch (ConnectException e) {
            throw e;
        } catch (IOException ignored) {
            // reset: what was not read yet is lost, which is no crash
        }
        return answer.toString();
    }

    private static void hear(Socket socket, StringBuilder answer) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
    }

    /**
     * What an HTTP server says to bytes, in short: status and type of problem.
     *
     * @throws AssertionError if it says that it failed
     */
    public static String http(InetSocketAddress server, byte[] request) throws IOException {
        String answer = said(server, request);
        if (answer.contains("HTTP/1.1 500")) {
            throw new AssertionError("server: failed: " + answer);
        }
        StringBuilder kind = new StringBuilder();
        Matcher told = TOLD.matcher(answer);
        while (told.find()) {
            kind.append(told.group(1) == null ? told.group(2) : told.group(1)).append(' ');
        }
        return kind.toString().replaceAll("\\d{4,}", "#");
    }

    /** The same bytes with a word in place of another, as in {@code @TOKEN@}. */
    public static byte[] with(byte[] input, String word, String instead) {
        return new String(input, StandardCharsets.ISO_8859_1)
                .replace(word, instead)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
