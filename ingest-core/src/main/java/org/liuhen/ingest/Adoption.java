package org.liuhen.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;

/** Taking in originals that lie in the vault and that no recording knows, by what their manifests say. */
public final class Adoption {
    private final Sealer sealer;

    public Adoption(Catalog catalog, Vault vault, Schedule schedule, InstantSource clock) {
        this.sealer = new Sealer(
                catalog,
                vault,
                new Reception(schedule, DeviceClock.BELIEVED),
                UploadSettings.DEFAULT,
                clock,
                new UploadMeters(new SimpleMeterRegistry()));
    }

    /**
     * Commits an original as received, with the mark {@code recovered}. Durable on return.
     *
     * @return false if the recording is there already
     */
    public boolean adopt(Manifest manifest, Actor actor) throws StorageFailure {
        return sealer.received(manifest, null, Map.of("recovered", "true"), actor);
    }
}
