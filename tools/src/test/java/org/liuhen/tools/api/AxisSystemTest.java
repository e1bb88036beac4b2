package org.liuhen.tools.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.DataFolder;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;

/** An Axis system is let in by an administrator, pushes with what the connection file says, and is put out again. */
class AxisSystemTest {
    private static final String PATH = "/api/v1/axis/connection-files";

    @TempDir
    private Path folder;

    private LiuhenServer server;
    private ServerConnection console;

    @BeforeEach
    void start() throws Exception {
        start(false);
    }

    private void start(boolean secure) throws Exception {
        server = LiuhenServer.start(
                folder.resolve("d"),
                ServerConfiguration.defaults(),
                new Listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, null, secure),
                null);
        console = ServerConnection.through(DataFolder.socket(folder.resolve("d")));
    }

    @AfterEach
    void stop() throws Exception {
        console.close();
        server.close();
    }

    private String address() {
        return "127.0.0.1:" + server.address().getPort();
    }

    private static int status(Refused refused) {
        return refused.status();
    }

    private int refusal(String path, Map<String, Object> body) throws Exception {
        try {
            console.post(path, body);
        } catch (Refused refused) {
            return status(refused);
        }
        return 200;
    }

    @Test
    void system_pushes_with_what_its_connection_file_says_until_it_is_revoked() throws Exception {
        JsonNode file = console.post(PATH, Map.of("name", "north", "site", "North", "addresses", List.of(address())));
        assertThat(file.path("ConnectionFileVersion").asText()).isEqualTo("1.0");
        assertThat(file.path("ContainerType").asText()).isEqualTo("mkv");
        assertThat(file.path("SiteName").asText()).isEqualTo("North");
        assertThat(file.path("WantEncryption").asBoolean(true)).isFalse();
        assertThat(file.has("PublicKey")).isFalse();
        assertThat(file.has("HTTPSCertificate")).isFalse();
        assertThat(file.path("BlobAPIKey").asText()).hasSizeBetween(32, 64);
        assertThat(file.toString().getBytes(StandardCharsets.UTF_8).length).isLessThan(64 << 10);
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest login = HttpRequest.newBuilder(
                        URI.create(file.at("/AuthenticationTokenURI/0").asText()))
                .header("X-Auth-User", file.path("BlobAPIUserName").asText())
                .header("X-Auth-Key", file.path("BlobAPIKey").asText())
                .build();
        HttpResponse<String> welcome = http.send(login, HttpResponse.BodyHandlers.ofString());
        assertThat(welcome.statusCode()).isEqualTo(200);
        String store = welcome.headers().firstValue("x-storage-url").orElseThrow();
        String token = welcome.headers().firstValue("x-auth-token").orElseThrow();
        for (String name : List.of("Left", "%E5%B7%A6%E8%87%82", "%E5%B7%A6%E8%87%82")) {
            HttpRequest told = HttpRequest.newBuilder(URI.create(store + "/Devices/ACCC8E000001"))
                    .header("X-Auth-Token", token)
                    .header("X-Object-Meta-Name", name)
                    .header("X-Object-Meta-Model", "W101")
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            http.send(
                    HttpRequest.newBuilder(URI.create(store + "/Devices"))
                            .header("X-Auth-Token", token)
                            .PUT(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(http.send(told, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(201);
        }
        JsonNode camera = console.get("/api/v1/devices/north:ACCC8E000001");
        assertThat(camera.path("name").asText()).isEqualTo("左臂");
        assertThat(camera.path("maker").asText()).isEqualTo("Axis");
        assertThat(camera.path("model").asText()).isEqualTo("W101");
        assertThat(camera.path("serial").asText()).isEqualTo("ACCC8E000001");
        for (String path : List.of("/box", "/box/20260301T080000Z_1.mkv")) {
            HttpRequest put = HttpRequest.newBuilder(URI.create(store + path))
                    .header("X-Auth-Token", token)
                    .PUT(
                            path.endsWith("mkv")
                                    ? HttpRequest.BodyPublishers.ofString("footage")
                                    : HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(201);
        }
        JsonNode found = console.get("/api/v1/recordings?device=north");
        assertThat(found.at("/recordings/0/session").asText()).isEqualTo("north/box");

        console.post("/api/v1/devices/north/revocation", Map.of());

        assertThat(http.send(login, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
        HttpRequest late = HttpRequest.newBuilder(URI.create(store + "/box"))
                .header("X-Auth-Token", token)
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(http.send(late, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
        assertThat(console.post(PATH, Map.of("name", "north", "addresses", List.of(address())))
                        .path("BlobAPIKey")
                        .asText())
                .isNotEqualTo(file.path("BlobAPIKey").asText());
        assertThat(http.send(login, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void over_tls_the_file_pins_the_certificate() throws Exception {
        stop();
        start(true);
        JsonNode file = console.post(PATH, Map.of("name", "north", "addresses", List.of(address())));
        assertThat(file.at("/AuthenticationTokenURI/0").asText()).isEqualTo("https://" + address() + "/axis/auth/v1.0");
        String pem = new String(
                Base64.getDecoder().decode(file.at("/HTTPSCertificate/0").asText()), StandardCharsets.US_ASCII);
        assertThat(pem).isEqualTo(Files.readString(folder.resolve("d/keys/tls-certificate.pem")));
    }

    @Test
    void what_was_promised_to_a_system_is_never_taken_back() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(generator.generateKeyPair().getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Map<String, Object> encrypted = Map.of(
                "name", "north", "addresses", List.of(address()), "publicKey", pem, "publicKeyId", "k1", "renew", true);
        JsonNode file = console.post(PATH, encrypted);
        assertThat(file.path("WantEncryption").asBoolean()).isTrue();
        assertThat(new String(Base64.getDecoder().decode(file.path("PublicKey").asText()), StandardCharsets.US_ASCII))
                .isEqualTo(pem);
        List<String> here = List.of(address());
        assertThat(refusal(PATH, Map.of("name", "north", "addresses", here))).isEqualTo(409);
        assertThat(refusal(PATH, Map.of("name", "north", "addresses", here, "renew", true)))
                .isEqualTo(409);
        assertThat(console.post(PATH, encrypted).path("BlobAPIKey").asText())
                .isNotEqualTo(file.path("BlobAPIKey").asText());
        console.post("/api/v1/devices", Map.of("id", "dock"));
        assertThat(refusal(PATH, Map.of("name", "dock", "addresses", here, "renew", true)))
                .isEqualTo(409);
    }

    @Test
    void what_cannot_be_in_a_connection_file_is_refused_by_name() throws Exception {
        List<String> here = List.of(address());
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("addresses", here),
                Map.of("name", "north"),
                Map.of("name", "North", "addresses", here),
                Map.of("name", "north", "addresses", List.of()),
                Map.of("name", "north", "addresses", List.of("http://host:1")),
                Map.of("name", "north", "addresses", here, "site", "x".repeat(65)),
                Map.of("name", "north", "addresses", here, "containerType", "avi"),
                Map.of("name", "north", "addresses", here, "publicKeyId", "k"),
                Map.of("name", "north", "addresses", here, "publicKey", "pem", "publicKeyId", "k"))) {
            assertThat(refusal(PATH, wrong)).as("%s", wrong).isEqualTo(400);
        }
        assertThat(console.get("/api/v1/devices").path("devices")).isEmpty();
    }
}
