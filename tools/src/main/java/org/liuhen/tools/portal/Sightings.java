package org.liuhen.tools.portal;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.StorageFailure;

/** When devices last did something, as far as the latest custody events tell. */
final class Sightings {
    private static final int EVENTS_READ = 5_000;

    private final Map<Actor, Instant> byActor = new HashMap<>();

    Sightings(Catalog catalog) throws StorageFailure {
        long size = catalog.ledger().head().size();
        for (CustodyEvent event : catalog.events(Math.max(0, size - EVENTS_READ), EVENTS_READ)) {
            byActor.put(event.actor(), event.at());
        }
    }

    /** Null if none of the latest events is this device's. */
    @org.jspecify.annotations.Nullable
    Instant of(Device device) {
        return byActor.get(Actor.device(device.id()));
    }
}
