package org.liuhen.ingest.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.UnitId;

/** Lets the devices of {@link IngestServer} in, until they are revoked; and writes receipts that name the recording. */
public final class TestDoor implements DevicePass.Door, DevicePass.Receipts {
    private final Set<DeviceId> revoked = ConcurrentHashMap.newKeySet();
    private volatile @Nullable OfficerId officer;
    private volatile Instant since = Instant.EPOCH;

    @Override
    public Optional<DevicePass> enter(String device, String token) {
        return IngestServer.device(token)
                .filter(id -> id.value().equals(device) && !revoked.contains(id))
                .map(Pass::new);
    }

    @Override
    public Optional<DevicePass> known(String device) {
        DeviceId id = new DeviceId(device);
        return revoked.contains(id) ? Optional.empty() : Optional.of(new Pass(id));
    }

    public void revoke(DeviceId device) {
        revoked.add(device);
    }

    /** Who wears every device, and since when. */
    public void officer(OfficerId officer, Instant since) {
        this.since = since;
        this.officer = officer;
    }

    @Override
    public byte[] receipt(Principal.OfDevice device, RecordingId recording) {
        return ("{\"recording\":\"" + recording.hex() + "\"}").getBytes(StandardCharsets.US_ASCII);
    }

    private final class Pass implements DevicePass {
        private final DeviceId device;

        Pass(DeviceId device) {
            this.device = device;
        }

        @Override
        public Principal.OfDevice principal() {
            return new Principal.OfDevice(device);
        }

        @Override
        public boolean isValid() {
            return !revoked.contains(device);
        }

        @Override
        public Optional<OfficerId> officerAt(Instant at) {
            return at.isBefore(since) ? Optional.empty() : Optional.ofNullable(officer);
        }

        @Override
        public Optional<UnitId> unit() {
            return Optional.empty();
        }
    }
}
