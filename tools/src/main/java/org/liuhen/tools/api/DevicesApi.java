package org.liuhen.tools.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.Assignment;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Docking;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.UnitId;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.access.ClientCertificate;
import org.liuhen.tools.access.Devices;

/** The registered devices. A device's token is in the one answer that makes it and nowhere else. */
public final class DevicesApi {
    private static final String ONE = "/api/v1/devices/{device}";

    private final Accounts accounts;
    private final Devices devices;

    public DevicesApi(Accounts accounts, Devices devices) {
        this.accounts = accounts;
        this.devices = devices;
    }

    /** A device to register. */
    record NewDevice(
            @Nullable DeviceId id,
            @Nullable String name,
            @Nullable UnitId unit,
            @Nullable OfficerId officer,
            @Nullable String serial,
            @Nullable String maker,
            @Nullable String model) {}

    /** Who wears a device; nobody in particular if {@code officer} is left out, since now if {@code from} is. */
    record NewAssignment(
            @Nullable OfficerId officer, @Nullable String from) {}

    /** @param certificate PEM; left out to take away the one it has */
    record NewCertificate(@Nullable String certificate) {}

    /** How a device is that was docked. */
    record NewDocking(
            @Nullable String deviceTime,
            @Nullable Integer batteryPercent,
            @Nullable Long freeBytes) {}

    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/devices", this::all),
                Route.document("POST", "/api/v1/devices", this::add),
                Route.of("GET", ONE, this::one),
                Route.document("POST", ONE + "/label", this::label),
                Route.document("POST", ONE + "/assignments", this::assign),
                Route.document("POST", ONE + "/certificate", this::certify),
                Route.document("POST", ONE + "/docking", this::docked),
                Route.document("POST", ONE + "/revocation", this::revoke));
    }

    private static DeviceId id(Request request) {
        return new DeviceId(request.parameter("device"));
    }

    private Response all(Request request) throws Problem, StorageFailure {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode all = json.putArray("devices");
        for (Devices.Seen seen : devices.all(request.principal())) {
            all.add(document(seen));
        }
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response one(Request request) throws Problem, StorageFailure {
        return shown(request.principal(), id(request));
    }

    private Response shown(Principal who, DeviceId id) throws Problem, StorageFailure {
        return Response.json(200, document(devices.one(who, id))).with("cache-control", "no-store");
    }

    private Response add(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.ADMINISTRATION.require(request.principal());
        NewDevice device = Fields.body(body, NewDevice.class);
        DeviceId id = Fields.required("id", device.id());
        Devices.Label label = new Devices.Label(null, null, device.serial(), device.maker(), device.model());
        String token = accounts.addDevice(request.principal(), id, device.name(), device.unit(), device.officer());
        devices.label(request.principal(), id, label);
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("device", id.value());
        json.put("token", token);
        return Response.json(201, json).with("cache-control", "no-store");
    }

    private Response label(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        devices.label(request.principal(), id(request), Fields.body(body, Devices.Label.class));
        return shown(request.principal(), id(request));
    }

    private Response assign(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        NewAssignment assignment = Fields.body(body, NewAssignment.class);
        devices.assign(request.principal(), id(request), assignment.officer(), time("from", assignment.from()));
        return shown(request.principal(), id(request));
    }

    private Response certify(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        String pem = Fields.body(body, NewCertificate.class).certificate();
        devices.certify(request.principal(), id(request), pem == null ? null : ClientCertificate.fingerprint(pem));
        return shown(request.principal(), id(request));
    }

    private Response docked(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        NewDocking told = Fields.body(body, NewDocking.class);
        Docking docking = devices.docked(
                request.principal(),
                id(request),
                time("deviceTime", told.deviceTime()),
                told.batteryPercent(),
                told.freeBytes());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("device", docking.device().value());
        json.put("at", docking.at().toString());
        docked(json, docking);
        return Response.json(200, json).with("cache-control", "no-store");
    }

    private Response revoke(Request request, byte[] ignored) throws Problem, StorageFailure {
        devices.revoke(request.principal(), id(request));
        return Response.of(204);
    }

    private static @Nullable Instant time(String field, @Nullable String text) {
        return text == null ? null : Fields.instant(field).apply(text);
    }

    private static ObjectNode document(Devices.Seen seen) {
        Device device = seen.device();
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("id", device.id().value());
        json.put("name", device.name());
        json.put("unit", device.unit() == null ? null : device.unit().value());
        json.put("officer", device.officer() == null ? null : device.officer().value());
        json.put("serial", device.serial());
        json.put("maker", device.maker());
        json.put("model", device.model());
        json.put("certificate", device.certificate());
        json.put("addedAt", device.addedAt().toString());
        json.put(
                "revokedAt",
                device.revokedAt() == null ? null : device.revokedAt().toString());
        ArrayNode assignments = json.putArray("assignments");
        for (Assignment assignment : device.assignments()) {
            OfficerId officer = assignment.officer();
            assignments
                    .addObject()
                    .put("officer", officer == null ? null : officer.value())
                    .put("from", assignment.from().toString());
        }
        Instant lastSeen = seen.lastSeen();
        json.put("lastSeen", lastSeen == null ? null : lastSeen.toString());
        json.put("overdue", seen.overdue());
        if (seen.docking() != null) {
            docked(json, seen.docking());
        }
        return json;
    }

    /** What is known of how it was; nothing of what it did not tell. */
    private static void docked(ObjectNode json, Docking docking) {
        docking.latestReading()
                .ifPresent(reading -> json.put("clockOffsetSeconds", reading.offsetMillis() / 1000.0)
                        .put("clockReadAt", reading.at().toString()));
        if (docking.batteryPercent() != null) {
            json.put("batteryPercent", docking.batteryPercent());
        }
        if (docking.freeBytes() != null) {
            json.put("freeBytes", docking.freeBytes());
        }
    }
}
