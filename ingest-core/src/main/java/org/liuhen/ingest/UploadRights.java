package org.liuhen.ingest;

import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Register;
import org.liuhen.storage.Role;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/** Who may add and write: devices their own, and those who look after records for a device that they name. */
final class UploadRights {
    private UploadRights() {}

    static @Nullable Begun refusal(SessionParts parts, Principal principal, UploadMetadata metadata)
            throws StorageFailure {
        DeviceId named = metadata.device();
        if (principal instanceof Principal.OfDevice own) {
            if (named != null && !named.equals(own.device())) {
                parts.meters().refused("foreign-device");
                return new Begun.ForeignDevice(own.device());
            }
            return null;
        }
        if (!mayAddForOthers(principal)) {
            parts.meters().refused("not-allowed");
            return new Begun.NotAllowed(
                    "Only devices add footage, and administrators and records officers on behalf of one.");
        }
        if (named == null) {
            throw new InvalidField("device", "is missing (expected: the registered device this came from)");
        }
        if (parts.catalog().register().entry(Register.DEVICES, named.value()).isEmpty()) {
            throw new InvalidField("device", "is not registered (expected: the device this came from)");
        }
        return null;
    }

    private static boolean mayAddForOthers(Principal principal) {
        return principal.is(Role.ADMINISTRATOR) || principal.is(Role.RECORDS_OFFICER);
    }

    static DeviceId owner(Principal principal, UploadMetadata metadata) {
        if (principal instanceof Principal.OfDevice own) {
            return own.device();
        }
        DeviceId named = metadata.device();
        if (named == null) {
            throw new InvalidField("device", "is missing");
        }
        return named;
    }

    static boolean mayWrite(Principal principal, Upload upload) {
        return principal instanceof Principal.OfDevice own
                ? own.device().equals(upload.device())
                : mayAddForOthers(principal);
    }
}
