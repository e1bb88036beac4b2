package org.liuhen.tools.serve;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.TrustManagerUtils;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** The verb {@code serve} with every way in that old docks have: it says where, and takes a file by each. */
class OldDocksServedTest {
    private static final String CONFIGURATION = """
            media: {children: 0}
            tls: {selfSigned: true}
            ftp: {listen: '127.0.0.1:0', listenTls: '127.0.0.1:0'}
            sftp: {listen: '127.0.0.1:0'}
            """;
    private static final java.time.Duration PATIENCE = java.time.Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private static Map<String, URI> ways(String said) {
        Map<String, URI> ways = new HashMap<>();
        said.lines().filter(line -> line.startsWith("docks ")).forEach(line -> {
            URI way = URI.create(line.substring("docks ".length()));
            ways.put(way.getScheme(), way);
        });
        return ways;
    }

    @Test
    void serve_tells_all_its_addresses_and_takes_a_file_at_each() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.configured(CONFIGURATION, folder.resolve("d"));
                ServerConnection console = server.console()) {
            String token = console.post("/api/v1/devices", Map.of("id", "dock-1"))
                    .path("token")
                    .asText();
            Map<String, URI> ways = ways(server.said());
            assertThat(ways).containsOnlyKeys("ftp", "ftps", "sftp");
            for (String way : new String[] {"ftp", "ftps"}) {
                ftp(requireNonNull(ways.get(way)), token, way);
            }
            sftp(requireNonNull(ways.get("sftp")), token);
            JsonNode found = console.get("/api/v1/recordings?device=dock-1").path("recordings");
            assertThat(found)
                    .extracting(recording -> recording.path("filename").asText())
                    .containsExactlyInAnyOrder("ftp.mp4", "ftps.mp4", "sftp.mp4");
        }
    }

    private static void ftp(URI way, String token, String name) throws IOException {
        FTPClient dock = way.getScheme().equals("ftps") ? trusting() : new FTPClient();
        dock.setDefaultTimeout((int) PATIENCE.toMillis());
        dock.connect(way.getHost(), way.getPort());
        try {
            assertThat(dock.login("dock-1", token)).as(dock.getReplyString()).isTrue();
            if (dock instanceof FTPSClient secure) {
                secure.execPBSZ(0);
                secure.execPROT("P");
            }
            dock.enterLocalPassiveMode();
            byte[] footage = ("by " + name).getBytes(StandardCharsets.UTF_8);
            assertThat(dock.storeFile(name + ".mp4", new ByteArrayInputStream(footage)))
                    .as(dock.getReplyString())
                    .isTrue();
        } finally {
            dock.disconnect();
        }
    }

    private static FTPSClient trusting() {
        FTPSClient client = new FTPSClient(true);
        client.setTrustManager(TrustManagerUtils.getAcceptAllTrustManager());
        client.setEndpointCheckingEnabled(false);
        return client;
    }

    private static void sftp(URI way, String token) throws IOException {
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            try (ClientSession session = client.connect("dock-1", way.getHost(), way.getPort())
                    .verify(PATIENCE)
                    .getSession()) {
                session.addPasswordIdentity(token);
                session.auth().verify(PATIENCE);
                try (SftpClient files = SftpClientFactory.instance().createSftpClient(session);
                        SftpClient.CloseableHandle handle = files.open(
                                "sftp.mp4",
                                SftpClient.OpenMode.Write,
                                SftpClient.OpenMode.Create,
                                SftpClient.OpenMode.Truncate)) {
                    byte[] footage = "by sftp".getBytes(StandardCharsets.UTF_8);
                    files.write(handle, 0, footage, 0, footage.length);
                }
            }
        }
    }
}
