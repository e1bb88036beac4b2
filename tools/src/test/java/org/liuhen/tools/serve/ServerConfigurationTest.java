package org.liuhen.tools.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.http.HttpSettings;
import org.liuhen.ingest.media.sandbox.SandboxMode;
import org.liuhen.ingest.room.RoomSettings;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.vault.VaultSettings;
import org.liuhen.tools.attest.AttestSettings;

class ServerConfigurationTest {
    private static final Path SAMPLE = Path.of("../docs/liuhen.sample.yaml");

    @TempDir
    private Path folder;

    @Test
    void sample_shows_every_key_and_no_other() throws Exception {
        ServerConfiguration.read(SAMPLE);
        JsonNode sample = new YAMLMapper().readTree(SAMPLE.toFile());
        assertThat(keys("", sample)).containsExactlyInAnyOrderElementsOf(keys("", ServerConfiguration.class));
    }

    @Test
    void sample_says_what_is_so_without_it() throws Exception {
        ServerConfiguration sample = ServerConfiguration.read(SAMPLE);
        ServerSettings settings = new ServerSettings(sample);
        assertThat(settings.http()).isEqualTo(HttpSettings.defaults());
        assertThat(settings.uploads()).isEqualTo(UploadSettings.DEFAULT);
        assertThat(settings.vault()).isEqualTo(VaultSettings.STANDARD);
        assertThat(settings.mediaChildren())
                .isEqualTo(new ServerSettings(ServerConfiguration.defaults()).mediaChildren());
        assertThat(settings.sandbox()).isEqualTo(new ServerSettings(ServerConfiguration.defaults()).sandbox());
        assertThat(settings.media(folder).hardware().description()).isEqualTo("none");
        assertThat(settings.attestations())
                .isEqualTo(new ServerSettings(ServerConfiguration.defaults()).attestations());
        assertThat(settings.rooms()).isEqualTo(RoomSettings.NONE);
        assertThat(sample.listen()).isEqualTo(ServerConfiguration.DEFAULT_LISTEN);
        assertThat(Listening.of(sample)).isEqualTo(Listening.of(ServerConfiguration.defaults()));
        assertThat(sample.data()).isNotNull().hasFileName(ServerConfiguration.DEFAULT_DATA.toString());
    }

    @Test
    void a_sandbox_is_required_preferred_or_off() throws Exception {
        assertThat(new ServerSettings(read("media: {sandbox: required}\n")).sandbox())
                .isEqualTo(SandboxMode.REQUIRED);
        assertThat(new ServerSettings(read("media: {sandbox: off}\n")).sandbox())
                .isEqualTo(SandboxMode.OFF);
        ServerSettings wrong = new ServerSettings(read("media: {sandbox: maybe}\n"));
        assertThatThrownBy(wrong::sandbox).isInstanceOf(InvalidField.class).hasMessageContaining("maybe");
    }

    @Test
    void graphics_hardware_is_used_only_if_somebody_asks_for_it() throws Exception {
        assertThat(hardware("")).isEqualTo("none");
        assertThat(hardware("media: {hardware: none}\n")).isEqualTo("none");
        assertThat(hardware("media: {hardware: vaapi, hardwareDevice: /dev/dri/renderD129}\n"))
                .isEqualTo("vaapi");
        assertThat(hardware("media: {hardware: nvenc}\n")).isEqualTo("nvenc");
        assertThat(hardware("media: {hardware: qsv}\n")).isEqualTo("qsv");
        assertThat(hardware("media: {hardware: auto}\n")).startsWith("auto");
        assertThatThrownBy(() -> hardware("media: {hardware: cuda}\n"))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("cuda");
    }

    private String hardware(String yaml) throws Exception {
        return new ServerSettings(read(yaml))
                .media(Path.of("natives"))
                .hardware()
                .description();
    }

    @Test
    void empty_file_leaves_every_default() throws Exception {
        assertThat(read("")).isEqualTo(ServerConfiguration.defaults());
        assertThat(read("# nothing\n")).isEqualTo(ServerConfiguration.defaults());
    }

    @Test
    void paths_are_relative_to_the_file() throws Exception {
        ServerConfiguration read = read("retention:\n  schedule: rules/ours.yaml\n");
        assertThat(read.retention()).isEqualTo(new ServerConfiguration.Retention(folder.resolve("rules/ours.yaml")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lisen: 127.0.0.1:1",
                "http:\n  connection: 1",
                "http:\n  connections: many",
                "http:\n  connections: 1.5",
                "listen: a\nlisten: b",
                "uploads: 5",
                "uploads:\n  unfinishedFor: soon",
                "- a",
                "{",
                "a: &a [*a]",
                "\u0000"
            })
    void what_cannot_be_used_is_refused_by_name(String yaml) {
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(InvalidField.class).hasMessageStartingWith("config: ");
    }

    @Test
    void those_who_testify_are_named_or_refused_by_key() throws Exception {
        ServerConfiguration read = read("ledger:\n  timestamps:\n    url: http://tsa.example/\n    roots: tsa.pem\n");
        AttestSettings settings = new ServerSettings(read).attestations();
        assertThat(settings.stamping())
                .isEqualTo(new AttestSettings.Stamping(
                        URI.create("http://tsa.example/"), Duration.ofDays(1), folder.resolve("tsa.pem")));
        for (String bad : List.of(
                "witnesses: [{url: 'https://w.example/'}]",
                "witnesses: [{key: 'w+00000000+AA=='}]",
                "witnesses: [{url: 'file:///etc', key: 'w+00000000+AA=='}]",
                "witnesses: [{url: 'https://w.example/', key: 'w+00000000+AA=='}]",
                "timestamps: {url: 'http://tsa.example/'}",
                "timestamps: {url: 'tsa', roots: a.pem}",
                "timestamps: {url: 'http://tsa.example/', roots: a.pem, every: PT1S}")) {
            ServerConfiguration configuration = read("ledger:\n  " + bad + "\n");
            assertThatThrownBy(() -> new ServerSettings(configuration).attestations())
                    .as(bad)
                    .isInstanceOf(InvalidField.class);
        }
    }

    @Test
    void rooms_are_understood_or_refused_by_key_without_showing_a_password() throws Exception {
        RoomSettings rooms = new ServerSettings(read("""
                rooms:
                - id: ROOM-1
                  cameras:
                  - {device: CAM-1, url: 'rtsp://192.0.2.1/a', user: liuhen, passwordFile: cam.password}
                  - {device: CAM-2}
                capture: {piece: PT5S}
                """)).rooms();
        assertThat(rooms.piece()).isEqualTo(Duration.ofSeconds(5));
        assertThat(rooms.silence()).isEqualTo(RoomSettings.NONE.silence());
        assertThat(rooms.rooms())
                .singleElement()
                .satisfies(room -> assertThat(room.cameras())
                        .contains(new RoomSettings.Camera(
                                new DeviceId("CAM-1"),
                                URI.create("rtsp://192.0.2.1/a"),
                                "liuhen",
                                folder.resolve("cam.password"))));
        for (String bad : List.of(
                "rooms: [{cameras: [{device: A}]}]",
                "rooms: [{id: R}]",
                "rooms: [{id: R, cameras: []}]",
                "rooms: [{id: R, cameras: [{url: 'rtsp://h/'}]}]",
                "rooms: [{id: R, cameras: [{device: A}, {device: A}]}]",
                "rooms: [{id: A, cameras: [{device: A}]}]",
                "rooms: [{id: R, cameras: [{device: A, url: 'http://h/'}]}]",
                "rooms: [{id: R, cameras: [{device: A, url: 'file:///etc/passwd'}]}]",
                "rooms: [{id: R, cameras: [{device: A, url: 'rtsp://u:geheim@h/'}]}]",
                "rooms: [{id: R, cameras: [{device: A, url: 'rtsp://h/', user: u}]}]",
                "rooms: [{id: R, cameras: [{device: A, url: 'rtsp://h/', user: \"a\\nb\", passwordFile: p}]}]",
                "capture: {piece: PT0S}",
                "capture: {silence: PT1H}",
                "capture: {retryAtMost: PT0.1S}")) {
            ServerConfiguration configuration = read(bad);
            assertThatThrownBy(() -> new ServerSettings(configuration).rooms())
                    .as(bad)
                    .isInstanceOf(InvalidField.class)
                    .hasMessageNotContaining("geheim");
        }
    }

    @Test
    void plain_http_is_for_this_machine_only_unless_asked_for_by_its_unsafe_name() throws Exception {
        assertThatThrownBy(() -> Listening.of(read("listen: 0.0.0.0:1")))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("--insecure-plain-http");
        assertThat(Listening.of(read("listen: 0.0.0.0:1\ninsecurePlainHttp: true"))
                        .secure())
                .isFalse();
        assertThat(Listening.of(read("listen: 0.0.0.0:1\ntls:\n  selfSigned: true"))
                        .secure())
                .isTrue();
        assertThat(Listening.of(read("listen: '[::1]:0'"))
                        .address()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }

    @Test
    void old_docks_get_no_plain_ftp_from_other_machines_unless_asked_for_by_its_unsafe_name() throws Exception {
        assertThatThrownBy(() -> new OldDocks(read("ftp:\n  listen: 0.0.0.0:0"), false))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("ftp.insecurePlainFtp");
        for (String bad : List.of(
                "ftp:\n  listenTls: 127.0.0.1:0",
                "ftp:\n  listen: nowhere",
                "ftp:\n  connections: 0",
                "ftp:\n  passivePorts: 5-4",
                "ftp:\n  passivePorts: 1-70000",
                "sftp:\n  listen: 127.0.0.1",
                "sftp:\n  connections: 0")) {
            assertThatThrownBy(() -> new OldDocks(read(bad), false))
                    .as(bad)
                    .isInstanceOf(InvalidField.class)
                    .hasMessageStartingWith(bad.substring(0, bad.indexOf(':')) + ".");
        }
        assertThat(new OldDocks(read("ftp:\n  listen: 0.0.0.0:0\n  insecurePlainFtp: true"), false))
                .isNotNull();
        assertThat(new OldDocks(read("ftp:\n  listen: 0.0.0.0:0\n  listenTls: 0.0.0.0:0"), true))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8470", ":8470", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "no.such.host.invalid:1"})
    void addresses_that_are_none_are_refused(String listen) {
        assertThatThrownBy(() -> Listening.of(read("listen: '" + listen + "'")))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("listen: ");
    }

    @Test
    void half_a_pair_of_tls_files_is_refused() {
        assertThatThrownBy(() -> Listening.of(read("tls:\n  certificate: a.pem")))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("both");
    }

    private ServerConfiguration read(String yaml) throws Exception {
        return ServerConfiguration.read(Files.writeString(folder.resolve("liuhen.yaml"), yaml));
    }

    private static List<String> keys(String prefix, JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.properties().forEach(entry -> {
            if (entry.getValue().isObject()) {
                keys.addAll(keys(prefix + entry.getKey() + ".", entry.getValue()));
            } else {
                keys.add(prefix + entry.getKey());
            }
        });
        return keys;
    }

    private static List<String> keys(String prefix, Class<?> type) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isRecord()) {
                keys.addAll(keys(prefix + component.getName() + ".", component.getType()));
            } else {
                keys.add(prefix + component.getName());
            }
        }
        return keys;
    }
}
