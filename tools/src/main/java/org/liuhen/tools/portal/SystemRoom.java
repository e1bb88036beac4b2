package org.liuhen.tools.portal;

import java.time.InstantSource;
import java.util.List;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.SystemPage;
import org.liuhen.tools.upkeep.RotReport;

/** Shows how the machine is doing. */
final class SystemRoom {
    private static final int MAX_ROT = 50;

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
                rot(sources, visit),
                new Figures(sources, visit.wording()).sections(),
                devices));
    }

    /** The recordings that are damaged in the store, if it is the reader's business. */
    static List<RotReport> rot(PortalSources sources, Visit visit) throws StorageFailure {
        return Access.VERIFYING.allows(visit.who()) ? RotReport.open(sources.catalog(), MAX_ROT) : List.of();
    }
}
