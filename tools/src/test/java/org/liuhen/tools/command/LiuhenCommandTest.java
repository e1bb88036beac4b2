package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;
import picocli.CommandLine;

class LiuhenCommandTest {
    @TempDir
    private Path folder;

    @Test
    void verbs_work_on_a_folder_that_no_server_has() throws Exception {
        String data = folder.resolve("d").toString();
        Done added = run("device", "add", "--id", "cam-1", "--data", data, "--json");
        assertThat(added.exit()).as(added.error()).isEqualTo(ExitCode.DONE);
        assertThat(added.json().path("device").asText()).isEqualTo("cam-1");
        assertThat(added.json().path("token").asText()).startsWith("lh_");
        assertThat(run("device", "add", "--id", "cam-1", "--data", data).exit()).isEqualTo(ExitCode.NO);

        Path file = Files.write(folder.resolve("f.bin"), new byte[] {1, 2, 3});
        Done pushed = run(
                "push",
                "--case",
                "c1",
                "--device",
                "cam-1",
                "--data",
                data,
                "--receipts",
                folder.resolve("receipts").toString(),
                file.toString());
        assertThat(pushed.exit()).as(pushed.error()).isEqualTo(ExitCode.DONE);
        String[] parts = pushed.out().strip().split(" ", 3);
        assertThat(parts[1]).isEqualTo(DigestUtils.sha256Hex(new byte[] {1, 2, 3}));
        assertThat(parts[2]).isEqualTo(file.toString());
        Path receipt = folder.resolve("receipts").resolve(parts[0] + ".receipt.json");
        assertThat(receipt).exists();
        checkReceipt(receipt, file);

        JsonNode found = run("find", "--case", "c1", "--data", data, "--json").json();
        assertThat(found.path("recordings").path(0).path("id").asText()).isEqualTo(parts[0]);
        JsonNode shown = run("show", parts[0], "--data", data, "--json").json();
        assertThat(shown.path("custody").path(0).path("kind").asText()).isEqualTo("received");

        Path fetched = folder.resolve("fetched");
        assertThat(run("get", parts[0], "--out", fetched.toString(), "--data", data)
                        .exit())
                .isEqualTo(ExitCode.DONE);
        assertThat(fetched).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(run("verify", "--all", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        assertThat(run("retention", "plan", "--as-of", "2040-01-01", "--data", data, "--json")
                        .json()
                        .path("asOf")
                        .asText())
                .isEqualTo("2040-01-01");
        assertThat(run("retention", "run", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        assertThat(run("ledger", "audit", "--data", data).exit()).isEqualTo(ExitCode.DONE);
    }

    private void checkReceipt(Path receipt, Path file) throws Exception {
        String verify = receipt.toString();
        Done trusting = run("verify", "--receipt", verify, "--original", file.toString());
        assertThat(trusting.exit()).as(trusting.error()).isEqualTo(ExitCode.DONE);
        assertThat(trusting.out()).contains("checked with the key inside it");
        String key =
                StoredJson.MAPPER.readTree(receipt.toFile()).path("verifier").asText();
        Path keys = Files.writeString(folder.resolve("keys"), "# of the log\n" + key + "\n");
        Done pinned = run("verify", "--receipt", verify, "--key", keys.toString(), "--json");
        assertThat(pinned.exit()).isEqualTo(ExitCode.DONE);
        assertThat(pinned.json().path("valid").asBoolean()).isTrue();
        assertThat(pinned.json().path("keyPinned").asBoolean()).isTrue();
        assertThat(run("verify", "--receipt", verify, "--key", key).out()).doesNotContain("the key inside it");
        assertThat(run("verify", "--receipt", verify, "--key", "rubbish").exit())
                .isEqualTo(ExitCode.WRONG_USAGE);

        Path edited = Files.writeString(
                folder.resolve("edited"), Files.readString(receipt).replace("\"size\" : 3", "\"size\" : 4"));
        Done no = run("verify", "--receipt", edited.toString());
        assertThat(no.exit()).isEqualTo(ExitCode.NO);
        assertThat(no.out()).contains("NOT valid: size: 4 (expected: 3)");
        Done other = run("verify", "--receipt", verify, "--original", edited.toString(), "--json");
        assertThat(other.exit()).isEqualTo(ExitCode.NO);
        assertThat(other.json().path("difference").asText()).startsWith("file: ");
    }

    @Test
    void log_is_published_rotated_and_never_taken_back() throws Exception {
        Path data = folder.resolve("d");
        String d = data.toString();
        assertThat(run("device", "add", "--id", "cam-1", "--data", d).exit()).isEqualTo(ExitCode.DONE);
        Path before = folder.resolve("before");
        copy(data, before);
        Path kept = Files.writeString(
                folder.resolve("kept"), run("ledger", "checkpoint", "--data", d).out());
        assertThat(data.resolve("ledger/checkpoint")).hasSameTextualContentAs(kept);
        String old = run("ledger", "keys", "--data", d).out().strip();

        Done rotated = run("ledger", "rotate-key", "--reason", "yearly", "--data", d);
        assertThat(rotated.exit()).as(rotated.error()).isEqualTo(ExitCode.DONE);
        String next = rotated.out().strip();
        JsonNode keys = run("ledger", "keys", "--data", d, "--json").json().path("keys");
        assertThat(keys).hasSize(2);
        assertThat(keys.path(0).path("verifier").asText()).isEqualTo(old);
        assertThat(keys.path(1).path("verifier").asText()).isEqualTo(next);
        assertThat(Files.readAllLines(data.resolve("ledger/keys"))).containsExactly(old, next);

        Done consistent = run("ledger", "consistency", "--old", kept.toString(), "--data", d);
        assertThat(consistent.exit()).as(consistent.out()).isEqualTo(ExitCode.DONE);
        assertThat(run("ledger", "consistency", "--old", kept.toString(), "--key", old, "--data", d)
                        .exit())
                .as("the old key alone does not vouch for what the new one signs")
                .isEqualTo(ExitCode.NO);
        Path forged = Files.writeString(
                folder.resolve("forged"), Files.readString(kept).replace("\n", "\n1"));
        assertThat(run("ledger", "consistency", "--old", forged.toString(), "--data", d)
                        .exit())
                .isEqualTo(ExitCode.NO);
        JsonNode audit = run("ledger", "audit", "--data", d, "--json").json();
        assertThat(audit.path("consistent").asBoolean()).isTrue();
        assertThat(audit.path("published").asLong()).isPositive();

        // an old copy of the catalog under what was published since
        copy(before.resolve("catalog"), data.resolve("catalog"));
        Done refused = run("device", "list", "--data", d);
        assertThat(refused.exit()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(refused.error()).contains("ledger").contains("reindex").contains("restore");
    }

    /** In the place of what is there. */
    private static void copy(Path from, Path to) throws Exception {
        if (Files.exists(to)) {
            try (var all = Files.walk(to)) {
                for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        try (var all = Files.walk(from)) {
            for (Path path : all.toList()) {
                if (Files.isDirectory(path) || Files.isRegularFile(path)) {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                }
            }
        }
    }

    @Test
    void wrong_usage_exits_2_and_says_what_is_wrong() {
        for (String[] wrong : new String[][] {
            {},
            {"no-such-verb"},
            {"device", "add"},
            {"push"},
            {"push", "/no/such/file"},
            {"verify"},
            {"verify", "x", "--all"},
            {"verify", "--all", "--receipt", "x"},
            {"verify", "--receipt", "/no/such/file"},
            {"verify", "--all", "--key", "x"},
            {"serve", "--tls", "please"},
            {"serve", "--listen", "0.0.0.0:0"},
            {"find", "--server", "http://127.0.0.1:1", "--data", "x"},
            {"find", "--server", "not an address"}
        }) {
            Done done = run(wrong);
            assertThat(done.exit()).as(String.join(" ", wrong)).isEqualTo(ExitCode.WRONG_USAGE);
            assertThat(done.error()).as(String.join(" ", wrong)).isNotBlank();
        }
    }

    @Test
    void what_cannot_be_reached_exits_3() {
        assertThat(run("find", "--server", "http://127.0.0.1:1", "--token", "x").exit())
                .isEqualTo(ExitCode.UNREACHABLE);
        Done nothing = run("find", "--data", folder.resolve("nothing").toString());
        assertThat(nothing.exit()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(nothing.error()).contains("holds no store");
        assertThat(folder.resolve("nothing")).doesNotExist();
    }

    @Test
    void every_verb_explains_itself() {
        explain(LiuhenCommand.commandLine(), "");
    }

    private static void explain(CommandLine line, String path) {
        for (var verb : line.getSubcommands().entrySet()) {
            String name = (path + " " + verb.getKey()).strip();
            java.util.List<String> arguments = new java.util.ArrayList<>(java.util.List.of(name.split(" ")));
            arguments.add("--help");
            Done done = run(arguments.toArray(String[]::new));
            assertThat(done.exit()).as(name).isEqualTo(ExitCode.DONE);
            assertThat(done.out()).as(name).contains("Usage: liuhen " + name);
            explain(verb.getValue(), name);
        }
    }
}
