package org.liuhen.tools.portal;

import java.time.InstantSource;
import java.util.List;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.SystemPage;

/** Shows how the machine is doing. */
final class SystemRoom {
    private final PortalSources sources;
    private final Pages pages;
    private final InstantSource clock;

    SystemRoom(PortalSources sources, Pages pages, InstantSource clock) {
        this.sources = sources;
        this.pages = pages;
        this.clock = clock;
    }

    Response show(Visit visit) throws StorageFailure, Problem {
        Access.OPERATION.require(visit.who());
        Sightings sightings = new Sightings(sources.catalog());
        List<SystemPage.DeviceRow> devices = sources.accounts().devices(visit.who()).stream()
                .map(device -> new SystemPage.DeviceRow(device, sightings.of(device)))
                .toList();
        return pages.show(new SystemPage(
                visit.frame(),
                clock.instant(),
                sources.troubles().get(),
                new Figures(sources, visit.wording()).sections(),
                devices));
    }
}
