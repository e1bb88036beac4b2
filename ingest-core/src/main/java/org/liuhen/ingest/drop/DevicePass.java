package org.liuhen.ingest.drop;

import java.time.Instant;
import java.util.Optional;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;

/** A device that has proved who it is, for as long as it is welcome. */
public interface DevicePass {
    Principal.OfDevice principal();

    /** Whether it is still welcome: asked before everything it does, so that revoking it works at once. */
    boolean isValid() throws StorageFailure;

    /** Who wore it then by the register, which wins over what names of files say. */
    Optional<OfficerId> officerAt(Instant at) throws StorageFailure;

    /** Where it belongs by the register. */
    Optional<UnitId> unit() throws StorageFailure;

    /** Who lets devices in. */
    interface Door {
        /**
         * A device by its id and its token.
         *
         * @return empty if either is wrong or the device is revoked
         */
        Optional<DevicePass> enter(String device, String token) throws StorageFailure;

        /** A device by its id alone, where something else has proved that it is the one. */
        Optional<DevicePass> known(String device) throws StorageFailure;
    }

    /** Who hands out receipts: the bytes of the document that {@code GET …/receipt} answers. */
    interface Receipts {
        byte[] receipt(Principal.OfDevice device, org.liuhen.storage.RecordingId recording) throws StorageFailure;
    }
}
