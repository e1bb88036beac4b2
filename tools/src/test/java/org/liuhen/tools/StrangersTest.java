package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/** What a stranger finds with a script of his own, Python's own library and openssl, and with nothing of ours. */
@Tag("world")
class StrangersTest {
    @TempDir
    private Path folder;

    private record Found(int exit, String text) {}

    private Found stranger(Object... arguments) throws Exception {
        Path script = folder.resolve("stranger.py");
        if (!Files.exists(script)) {
            try (var in = StrangersTest.class.getResourceAsStream("stranger.py")) {
                Files.write(script, Objects.requireNonNull(in).readAllBytes());
            }
        }
        List<String> command = new ArrayList<>(List.of("python3", script.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Found(process.exitValue(), text.strip());
    }

    private void assertGood(Object... arguments) throws Exception {
        assertThat(stranger(arguments)).isEqualTo(new Found(0, "good"));
    }

    private void assertBad(Object... arguments) throws Exception {
        assertThat(stranger(arguments).exit()).isEqualTo(1);
    }

    @Test
    void receipts_proofs_and_the_published_log_convince_a_stranger() throws Exception {
        Path data = folder.resolve("d");
        Path receipt = folder.resolve("receipt.json");
        Path proof = folder.resolve("receipt.tlog-proof");
        Path old = folder.resolve("old");
        Path now = folder.resolve("now");
        Path consistency = folder.resolve("consistency.json");
        String key;
        String recording;
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(data);
                ServerConnection console = server.console()) {
            String token = console.post("/api/v1/devices", Map.of("id", "cam-1"))
                    .path("token")
                    .asText();
            try (ServerConnection device = ServerConnection.over(server.address(), token, null)) {
                recording = push(device, 0);
                key = console.get("/api/v1/ledger/keys")
                        .path("keys")
                        .path(0)
                        .path("verifier")
                        .asText();
                Files.writeString(old, console.text("/ledger/checkpoint"));
                // enough for a tile of the second level
                for (int i = 1; i < 260; i++) {
                    push(device, i);
                }
                String path = "/api/v1/recordings/" + recording + "/receipt";
                Files.writeString(receipt, device.get(path).toString());
                Files.writeString(proof, device.text(path + ".tlog-proof"));
                Files.writeString(now, console.text("/ledger/checkpoint"));
                long oldSize = Long.parseLong(Files.readAllLines(old).get(1));
                long nowSize = Long.parseLong(Files.readAllLines(now).get(1));
                Files.writeString(
                        consistency,
                        console.get("/api/v1/ledger/consistency?from=" + oldSize + "&to=" + nowSize)
                                .toString());
            }
        }
        Path ledger = data.resolve("ledger");
        assertThat(Long.parseLong(
                        Files.readAllLines(ledger.resolve("checkpoint")).get(1)))
                .isGreaterThan(256);
        assertGood("folder", ledger, key);
        assertGood("receipt", receipt, key);
        assertGood("proof", proof, key);
        assertGood("consistency", old, now, consistency, key);

        assertBad("consistency", now, old, consistency, key);
        assertBad("consistency", old, old, consistency, key);
        for (Path file : List.of(
                receipt,
                proof,
                old,
                ledger.resolve("checkpoint"),
                ledger.resolve("tile/0/000"),
                ledger.resolve("tile/1/000.p/1"),
                ledger.resolve("tile/entries/000"))) {
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            int at = file.equals(receipt) ? Files.readString(file).indexOf("\"event\":\"") + 40 : bad.length / 2;
            bad[at] ^= 1;
            Files.write(file, bad);
            Object[] check = file.startsWith(ledger)
                    ? new Object[] {"folder", ledger, key}
                    : file.equals(old)
                            ? new Object[] {"consistency", old, now, consistency, key}
                            : new Object[] {file.equals(proof) ? "proof" : "receipt", file, key};
            assertBad(check);
            Files.write(file, good);
            assertGood(check);
        }
    }

    private String push(ServerConnection device, int number) throws Exception {
        Path file = Files.writeString(folder.resolve("file-" + number), "footage " + number);
        return new Push(device, InstantSource.system(), Duration.ofMinutes(1), Push.quiet())
                .push(file, Map.of())
                .recording();
    }
}
