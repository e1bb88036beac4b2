package org.liuhen.tools.api;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.device.axis.ConnectionFile;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.AxisSystems;

/** Letting Axis body worn systems in. The key is in the one answer that makes it and nowhere else. */
public final class AxisApi {
    private final AxisSystems systems;

    public AxisApi(AxisSystems systems) {
        this.systems = systems;
    }

    /** A system to let in. Left out: the site is its name, clips are {@code mkv}, the rest is false or none. */
    record NewSystem(
            @Nullable String name,
            @Nullable String site,
            @Nullable List<String> addresses,
            @Nullable String containerType,
            @Nullable Boolean fullStoreAndRead,
            @Nullable Boolean timeServer,
            @Nullable String publicKey,
            @Nullable String publicKeyId,
            @Nullable Boolean renew) {}

    public List<Route> routes() {
        return List.of(Route.document("POST", "/api/v1/axis/connection-files", this::connect));
    }

    private Response connect(Request request, byte[] body) throws Problem, StorageFailure, IOException {
        Access.ADMINISTRATION.require(request.principal());
        NewSystem system = Fields.body(body, NewSystem.class);
        String name = Fields.required("name", system.name());
        String site = system.site();
        String type = system.containerType();
        ConnectionFile.Choice choice = new ConnectionFile.Choice(
                site == null ? name : site,
                Fields.required("addresses", system.addresses()),
                Boolean.TRUE.equals(system.timeServer()),
                system.publicKey(),
                system.publicKeyId());
        ConnectionFile file = systems.connect(
                request.principal(),
                name,
                type == null ? "mkv" : type,
                Boolean.TRUE.equals(system.fullStoreAndRead()),
                choice,
                Boolean.TRUE.equals(system.renew()));
        return Response.json(201, file).with("cache-control", "no-store");
    }
}
