package org.liuhen.tools.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.vault.MemoryVault;

class DeviceDoorTest {
    private static final Principal CONSOLE = new Principal.OfConsole();
    private static final DeviceId DOCK = new DeviceId("dock-1");
    private static final OfficerId LI = new OfficerId("033127");
    private static final OfficerId ZHANG = new OfficerId("033128");
    private static final Instant NOW = Instant.parse("2026-05-01T08:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final SecureRandom random = new SecureRandom();
    private final MemoryCatalog catalog = new MemoryCatalog(now::get, random);
    private final Accounts accounts = new Accounts(catalog, now::get, random);
    private final DeviceDoor door = new DeviceDoor(catalog, accounts);
    private Uploads uploads;
    private Devices devices;
    private String token;

    @BeforeEach
    void open() throws Exception {
        uploads = Uploads.open(
                catalog,
                new MemoryVault(1_000_000),
                Schedule.builtIn(),
                UploadSettings.DEFAULT,
                now::get,
                random,
                new SimpleMeterRegistry());
        devices = new Devices(accounts, uploads, now::get);
        token = accounts.addDevice(CONSOLE, DOCK, "Left", new UnitId("U-1"), LI);
    }

    @AfterEach
    void close() {
        uploads.close();
        catalog.close();
    }

    private DevicePass pass() throws Exception {
        return door.enter("dock-1", token).orElseThrow();
    }

    @Test
    void device_enters_with_its_own_id_and_its_own_token_only() throws Exception {
        String other = accounts.addDevice(CONSOLE, new DeviceId("dock-2"), null, null, null);
        assertThat(pass().principal()).isEqualTo(new Principal.OfDevice(DOCK));
        assertThat(pass().isValid()).isTrue();
        assertThat(pass().unit()).contains(new UnitId("U-1"));
        for (String wrong : new String[] {"", "x", other, token + " "}) {
            assertThat(door.enter("dock-1", wrong)).isEmpty();
        }
        for (String wrong : new String[] {"", "dock-2", "../dock-1", "DOCK-1", "a\u0000b"}) {
            assertThat(door.enter(wrong, token)).isEmpty();
        }
        assertThat(door.known("dock-2")).isPresent();
        assertThat(door.known("nobody")).isEmpty();
        assertThat(door.known("\u0000")).isEmpty();
    }

    @Test
    void revoked_device_is_put_out_at_once_and_its_former_pass_stays_worthless() throws Exception {
        DevicePass before = pass();
        devices.revoke(CONSOLE, DOCK);
        assertThat(before.isValid()).isFalse();
        assertThat(before.unit()).isEmpty();
        assertThat(before.officerAt(NOW)).isEmpty();
        assertThat(door.enter("dock-1", token)).isEmpty();
        assertThat(door.known("dock-1")).isEmpty();

        now.set(NOW.plusSeconds(60));
        token = accounts.addDevice(CONSOLE, DOCK, null, null, null);
        assertThat(before.isValid()).isFalse();
        assertThat(pass().isValid()).isTrue();
    }

    @Test
    void who_wore_it_then_is_named_and_not_who_wears_it_now() throws Exception {
        devices.assign(CONSOLE, DOCK, ZHANG, NOW.minusSeconds(3600));
        assertThat(pass().officerAt(NOW.minusSeconds(3601))).contains(LI);
        assertThat(pass().officerAt(NOW.minusSeconds(3600))).contains(ZHANG);
        now.set(NOW.plusSeconds(60));
        devices.assign(CONSOLE, DOCK, null, null);
        assertThat(pass().officerAt(NOW)).contains(ZHANG);
        assertThat(pass().officerAt(NOW.plusSeconds(60))).isEmpty();
    }
}
