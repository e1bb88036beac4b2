package org.liuhen.tools.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Assignment;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Role;
import org.liuhen.storage.UserName;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.vault.MemoryVault;

class DevicesTest {
    private static final Principal CONSOLE = new Principal.OfConsole();
    private static final DeviceId CAMERA = new DeviceId("cam-1");
    private static final DeviceId OTHER = new DeviceId("cam-2");
    private static final OfficerId LI = new OfficerId("033127");
    private static final String CERTIFICATE = "ab".repeat(32);
    private static final Instant NOW = Instant.parse("2026-05-01T08:00:00Z");

    private final InstantSource clock = InstantSource.fixed(NOW);
    private final SecureRandom random = new SecureRandom();
    private final MemoryCatalog catalog = new MemoryCatalog(clock, random);
    private final Accounts accounts = new Accounts(catalog, clock, random);
    private Uploads uploads;
    private Devices devices;

    @BeforeEach
    void open() throws Exception {
        uploads = Uploads.open(
                catalog,
                new MemoryVault(1_000_000),
                Schedule.builtIn(),
                UploadSettings.DEFAULT,
                clock,
                random,
                new SimpleMeterRegistry());
        devices = new Devices(accounts, uploads, clock);
        for (DeviceId id : List.of(CAMERA, OTHER)) {
            assertThat(accounts.addDevice(CONSOLE, id, null, null, LI)).isNotEmpty();
        }
    }

    @AfterEach
    void close() {
        uploads.close();
        catalog.close();
    }

    private Principal showing(String certificate) throws Exception {
        return accounts.authenticate(new Request(
                "GET",
                "/",
                Map.of(),
                Map.of(),
                Headers.NONE,
                Optional.empty(),
                new Principal.Anonymous(),
                true,
                "10.0.0.7",
                Optional.of(certificate)));
    }

    private static void assertStatus(int status, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }

    @Test
    void certificate_stands_for_its_device_until_it_is_replaced_or_the_device_revoked() throws Exception {
        assertThat(showing(CERTIFICATE)).isInstanceOf(Principal.Anonymous.class);
        devices.certify(CONSOLE, CAMERA, CERTIFICATE);
        assertThat(showing(CERTIFICATE)).isEqualTo(new Principal.OfDevice(CAMERA));

        devices.certify(CONSOLE, CAMERA, "cd".repeat(32));
        assertThat(showing(CERTIFICATE)).isInstanceOf(Principal.Anonymous.class);
        assertThat(showing("cd".repeat(32))).isEqualTo(new Principal.OfDevice(CAMERA));

        devices.revoke(CONSOLE, CAMERA);
        assertThat(showing("cd".repeat(32))).isInstanceOf(Principal.Anonymous.class);
    }

    @Test
    void certificate_of_one_device_cannot_become_anothers_while_it_holds() throws Exception {
        devices.certify(CONSOLE, CAMERA, CERTIFICATE);
        assertStatus(409, () -> devices.certify(CONSOLE, OTHER, CERTIFICATE));

        devices.certify(CONSOLE, CAMERA, null);
        devices.certify(CONSOLE, OTHER, CERTIFICATE);
        assertThat(showing(CERTIFICATE)).isEqualTo(new Principal.OfDevice(OTHER));
    }

    @Test
    void label_changes_what_is_told_and_leaves_the_rest() throws Exception {
        devices.label(CONSOLE, CAMERA, new Devices.Label("left shoulder", null, "S1", "Maker", null));
        devices.label(CONSOLE, CAMERA, new Devices.Label(null, "unit-7", null, "", null));

        var device = devices.one(CONSOLE, CAMERA).device();
        assertThat(device.name()).isEqualTo("left shoulder");
        assertThat(device.unit()).hasToString("unit-7");
        assertThat(device.serial()).isEqualTo("S1");
        assertThat(device.maker()).isNull();
        assertThat(device.officer()).isEqualTo(LI);
        assertThatThrownBy(() -> devices.label(CONSOLE, CAMERA, new Devices.Label("a\u0000b", null, null, null, null)))
                .isInstanceOf(InvalidField.class);
    }

    @Test
    void wearer_is_written_down_from_an_instant_that_has_been() throws Exception {
        devices.assign(CONSOLE, CAMERA, new OfficerId("2"), NOW.minusSeconds(60));
        devices.assign(CONSOLE, CAMERA, null, null);

        assertThat(devices.one(CONSOLE, CAMERA).device().assignments())
                .containsExactly(
                        new Assignment(LI, Instant.EPOCH),
                        new Assignment(new OfficerId("2"), NOW.minusSeconds(60)),
                        new Assignment(null, NOW));
        assertThatThrownBy(() -> devices.assign(CONSOLE, CAMERA, LI, NOW.plusSeconds(1)))
                .isInstanceOf(InvalidField.class);
    }

    @Test
    void only_administrators_change_devices_and_a_device_speaks_for_itself_alone() throws Exception {
        Principal investigator = new Principal.OfPerson(new UserName("li"), Set.of(Role.INVESTIGATOR));
        assertStatus(403, () -> devices.assign(investigator, CAMERA, LI, null));
        assertStatus(403, () -> devices.certify(investigator, CAMERA, CERTIFICATE));
        assertStatus(403, () -> devices.revoke(investigator, CAMERA));
        assertStatus(403, () -> devices.docked(new Principal.OfDevice(OTHER), CAMERA, NOW, null, null));

        devices.docked(new Principal.OfDevice(CAMERA), CAMERA, NOW.minusSeconds(30), 70, 5L);

        Devices.Seen seen = devices.one(CONSOLE, CAMERA);
        assertThat(seen.lastSeen()).isEqualTo(NOW);
        assertThat(seen.overdue()).isFalse();
        assertThat(seen.docking()).isNotNull();
    }

    @Test
    void certificate_is_read_from_pem_and_nothing_else() {
        for (String text : List.of(
                "",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "x".repeat(99_999),
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")) {
            assertThatThrownBy(() -> ClientCertificate.fingerprint(text)).isInstanceOf(InvalidField.class);
        }
    }
}
