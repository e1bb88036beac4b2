package org.liuhen.device.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Heads that are nearly right, from a printed seed: whatever comes, the answer is one of the protocol, never a 500, and the
 * server goes on. {@code -Dliuhen.axis.mutation=PT10M} runs it for longer, {@code -Dliuhen.seed=N} runs the same again.
 */
class AxisMutationTest {
    private static final int LEAST = 300;

    @TempDir
    private Path folder;

    /** Pieces that have been trouble somewhere. */
    private static final List<String> PIECES = List.of(
            "",
            "%",
            "%2",
            "%zz",
            "%00",
            "%2F",
            "%5C",
            "%0D%0A",
            "%C3%28",
            "%E6%B0%B8",
            "%F0%9F%93%B7",
            "%ED%A0%80",
            "..",
            "/",
            "//",
            "_",
            "__",
            ".mkv",
            ".key",
            "bookmark_",
            "_gpstrail.json",
            "20260301T080000Z",
            "20269999T999999Z",
            "99999999999999999999",
            "-1",
            "9999-12-31T23:59:59Z",
            "+10000-01-01T00:00:00Z",
            "0000-00-00T00:00:00Z",
            "2026-03-01T08:00:00+99:99",
            "RejectedContent_",
            "UnknownTime",
            "Complete",
            "evidence",
            "Capabilities.json",
            "%E2%80%A8",
            "%E2%80%AE",
            "\u00ff",
            "x".repeat(300),
            "?multipart-manifest=put",
            "#");

    private static final List<String> HEADERS = List.of(
            "X-Container-Meta-Status: Complete",
            "X-Container-Meta-Userid: " + AxisTown.USER,
            "X-Container-Meta-Bwcserialnumber: ACCC",
            "X-Container-Meta-Rejectedcontentoriginalcontainer: " + AxisTown.PATROL,
            "X-Object-Meta-Starttimeiso: 2026-03-01T08:00:00Z",
            "X-Object-Meta-Starttime: 1772352000",
            "X-Object-Meta-Stoptime: 1772352300",
            "X-Object-Meta-Endtime: 2026-03-01T08:05:00Z",
            "X-Object-Meta-Categoryid: evidence",
            "X-Object-Meta-Userid: 033127",
            "X-Object-Meta-Name: Li%20Wei",
            "X-Object-Meta-Containertype: mkv",
            "X-Remove-Container-Meta-Status: x",
            "Etag: d41d8cd98f00b204e9800998ecf8427e",
            "X-Copy-From: a/b");

    private static final List<String> PATHS = List.of(
            "/System/Capabilities.json",
            "/Users/" + AxisTown.USER,
            "/Devices/" + AxisTown.CAMERA,
            "/" + AxisTown.PATROL,
            "/" + AxisTown.PATROL + "/20260301T080000Z_7CF7.mkv",
            "/" + AxisTown.PATROL + "/20260301T080000Z_7CF7.key",
            "/" + AxisTown.PATROL + "/bookmark_1772352060_1",
            "/RejectedContent_UnknownTime_" + AxisTown.USER,
            "/RejectedContent_UnknownTime_" + AxisTown.USER + "/a.mkv");

    private static final List<Integer> WORDS =
            List.of(200, 201, 202, 204, 400, 401, 403, 404, 405, 413, 414, 422, 431, 501, 507);

    @Test
    void no_head_makes_the_server_fail() throws Exception {
        long seed = Long.getLong("liuhen.seed", System.nanoTime());
        Duration atLeast = Duration.parse(System.getProperty("liuhen.axis.mutation", "PT0S"));
        System.out.println("AxisMutationTest: -Dliuhen.seed=" + seed);
        Random random = new Random(seed);
        try (AxisTown town = new AxisTown(folder)) {
            AxisTown.Mouth system = town.system();
            system.beginPatrol();
            Instant until = InstantSource.system().instant().plus(atLeast);
            int made = 0;
            while (made < LEAST || InstantSource.system().instant().isBefore(until)) {
                town.clock.set(InstantSource.system().instant());
                if (made % 1000 == 0) {
                    system = town.system();
                }
                byte[] head = head(random, system.token);
                int status = status(town, head);
                assertThat(status)
                        .as("seed %d, request %d: %s", seed, made, new String(head, StandardCharsets.ISO_8859_1))
                        .isIn(WORDS);
                made++;
            }
            assertThat(town.system().status("HEAD", "/" + AxisTown.PATROL)).isEqualTo(204);
            assertThat(town.server().catalog().ledger().audit()).isEmpty();
            System.out.println("AxisMutationTest: " + made + " requests");
        }
    }

    private static <T> T any(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] head(Random random, String token) {
        byte[] body = new byte[random.nextInt(3) == 0 ? random.nextInt(2000) : 0];
        random.nextBytes(body);
        List<String> lines = new ArrayList<>();
        String target = AxisTown.STORE + mutated(random, any(random, PATHS));
        lines.add(any(random, List.of("PUT", "PUT", "PUT", "POST", "HEAD", "GET")) + " " + target + " HTTP/1.1");
        lines.add("Host: localhost");
        lines.add("Connection: close");
        lines.add("Content-Length: " + body.length);
        lines.add("X-Auth-Token: " + (random.nextInt(20) == 0 ? mutated(random, token) : token));
        for (int i = random.nextInt(5); i > 0; i--) {
            String field = any(random, HEADERS);
            int colon = field.indexOf(':') + 1;
            lines.add(
                    random.nextInt(5) == 0
                            ? mutated(random, field)
                            : field.substring(0, colon) + " "
                                    + mutated(random, field.substring(colon + 1).strip()));
        }
        byte[] text = (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(text, text.length + body.length);
        System.arraycopy(body, 0, all, text.length, body.length);
        return all;
    }

    /** The same with a piece put in, taken out, doubled or changed; often the very same. */
    private static String mutated(Random random, String text) {
        if (text.isEmpty()) {
            return any(random, PIECES);
        }
        int at = random.nextInt(text.length() + 1);
        int end = at + random.nextInt(text.length() - at + 1);
        return switch (random.nextInt(7)) {
            case 0 -> text.substring(0, at) + any(random, PIECES) + text.substring(at);
            case 1 -> text.substring(0, at) + any(random, PIECES) + text.substring(end);
            case 2 -> text.substring(0, at) + text.substring(end);
            case 3 -> text.substring(0, end) + text.substring(at);
            case 4 -> text.substring(0, at) + (char) (33 + random.nextInt(94)) + text.substring(at);
            default -> text;
        };
    }

    /** Never 0: the server always says what it thinks of a head that has come whole. */
    private static int status(AxisTown town, byte[] request) throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), town.server().address().getPort())) {
            socket.setSoTimeout(120_000);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write(request);
            out.flush();
            String line = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
            return line.matches("HTTP/1.1 \\d{3}") ? Integer.parseInt(line.substring(9)) : 0;
        }
    }
}
