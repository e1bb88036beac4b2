package org.liuhen.tools.access;

import java.time.Instant;
import java.util.Optional;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;

/** Lets registered devices in by other ways than HTTP, until they are revoked. Safe for many threads. */
public final class DeviceDoor implements DevicePass.Door {
    private final Catalog catalog;
    private final Accounts accounts;

    public DeviceDoor(Catalog catalog, Accounts accounts) {
        this.catalog = catalog;
        this.accounts = accounts;
    }

    @Override
    public Optional<DevicePass> enter(String device, String token) throws StorageFailure {
        return accounts.device(token).filter(id -> id.value().equals(device)).isPresent()
                ? known(device)
                : Optional.empty();
    }

    @Override
    public Optional<DevicePass> known(String device) throws StorageFailure {
        try {
            DeviceId id = new DeviceId(device);
            return welcome(id).map(known -> new Pass(id, known.addedAt()));
        } catch (InvalidField ignored) {
            // no device has such an id
            return Optional.empty();
        }
    }

    private Optional<Device> welcome(DeviceId id) throws StorageFailure {
        return catalog.register().entry(Register.DEVICES, id.value()).filter(known -> known.revokedAt() == null);
    }

    private final class Pass implements DevicePass {
        private final DeviceId device;
        private final Instant addedAt;

        Pass(DeviceId device, Instant addedAt) {
            this.device = device;
            this.addedAt = addedAt;
        }

        @Override
        public Principal.OfDevice principal() {
            return new Principal.OfDevice(device);
        }

        /** A device that was revoked and registered anew has to come in anew. */
        @Override
        public boolean isValid() throws StorageFailure {
            return welcome(device)
                    .filter(known -> known.addedAt().equals(addedAt))
                    .isPresent();
        }

        @Override
        public Optional<OfficerId> officerAt(Instant at) throws StorageFailure {
            return welcome(device).flatMap(worn -> worn.officerAt(at));
        }

        @Override
        public Optional<UnitId> unit() throws StorageFailure {
            return welcome(device).map(Device::unit);
        }
    }
}
