package org.liuhen.tools.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.fault.Mutation;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.DataFolder;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;

/** Requests about devices and interrogation sessions that are nearly right: never a 500, and the server goes on. */
class ApiMutationTest {
    private static final String CONFIGURATION = """
            media: {children: 0}
            rooms:
            - {id: ROOM-1, cameras: [{device: DVR-1}, {device: DVR-2}]}
            - {id: ROOM-2, cameras: [{device: cam-1}]}
            """;

    @TempDir
    private Path folder;

    private LiuhenServer server;
    private ServerConnection console;
    private String token;
    private int number;

    @BeforeEach
    void start() throws Exception {
        server = LiuhenServer.start(
                folder.resolve("d"),
                ServerConfiguration.read(Files.writeString(folder.resolve("c.yaml"), CONFIGURATION)),
                new Listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, null, false),
                null);
        console = ServerConnection.through(DataFolder.socket(folder.resolve("d")));
        for (String device : List.of("DVR-1", "DVR-2", "cam-1")) {
            console.post("/api/v1/devices", Map.of("id", device));
        }
        console.post("/api/v1/users", Map.of("name", "li", "roles", List.of("investigator", "administrator")));
        token = console.post("/api/v1/tokens", Map.of("user", "li"))
                .path("token")
                .asText();
    }

    @AfterEach
    void stop() throws Exception {
        console.close();
        server.close();
    }

    @Test
    void no_request_about_sessions_makes_the_server_fail() throws Exception {
        String session = console.post("/api/v1/sessions", Map.of("case", "A-1", "room", "ROOM-1"))
                .path("session")
                .asText();
        Mutation.of(ApiMutationTest.class, "sessions")
                .run(
                        200,
                        bytes -> Mutation.http(
                                server.address(),
                                Mutation.with(Mutation.with(bytes, "@TOKEN@", token), "@SESSION@", session)));
        assertThat(console.get("/api/v1/sessions").path("sessions")).isNotEmpty();
    }

    @Test
    void no_request_about_devices_makes_the_server_fail() throws Exception {
        Mutation.of(ApiMutationTest.class, "devices").run(200, bytes -> {
            byte[] request = Mutation.with(bytes, "@NUMBER@", Integer.toString(number++));
            return Mutation.http(server.address(), Mutation.with(request, "@TOKEN@", token));
        });
        assertThat(console.get("/api/v1/devices").path("devices")).isNotEmpty();
    }
}
