package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import java.io.BufferedReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.ServerInAnotherProcess;

/** A server with TLS, and people who do not know that yet. */
class SpeakingTlsTest {
    @TempDir
    private Path folder;

    @Test
    void a_server_that_listens_everywhere_says_where_it_is_and_clients_are_told_what_to_give() throws Exception {
        Process server = ServerInAnotherProcess.program(
                        "serve",
                        "--data",
                        folder.resolve("d").toString(),
                        "--listen",
                        "0.0.0.0:0",
                        "--tls",
                        "self-signed")
                .redirectError(folder.resolve("log").toFile())
                .start();
        try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
            String certificate = "";
            String line = out.readLine();
            while (line != null && !line.startsWith("ready ")) {
                certificate = line.startsWith("certificate ") ? line.substring("certificate ".length()) : certificate;
                line = out.readLine();
            }
            assertThat(line).startsWith("ready https://0.0.0.0:");
            assertThat(Path.of(certificate)).exists();
            String at = "://127.0.0.1:"
                    + URI.create(line.substring("ready ".length())).getPort();

            Done plain = run("find", "--server", "http" + at, "--token", "lh_x");
            assertThat(plain.exit()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(plain.error()).contains("give https://");
            Done untrusted = run("find", "--server", "https" + at, "--token", "lh_x");
            assertThat(untrusted.exit()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(untrusted.error()).contains("--tls-cert", "keys/tls-certificate.pem");
            Done trusted = run("find", "--server", "https" + at, "--token", "lh_x", "--tls-cert", certificate);
            assertThat(trusted.exit()).as(trusted.error()).isEqualTo(ExitCode.NO);
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    @Test
    void whoever_gives_https_to_a_server_without_tls_is_told() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(folder.resolve("d"))) {
            String secure = server.address().toString().replace("http:", "https:");
            Done found = run("find", "--server", secure, "--token", "lh_x");
            assertThat(found.exit()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(found.error()).contains("give http://");
        }
    }
}
