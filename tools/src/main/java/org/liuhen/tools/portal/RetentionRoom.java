package org.liuhen.tools.portal;

import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.retention.Disposals;
import org.liuhen.retention.PlanEntry;
import org.liuhen.retention.RetentionPlan;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.RetentionPage;

/** Shows what retention would do and what it has done. */
final class RetentionRoom {
    private static final int SHOWN = 200;

    private final PortalSources sources;
    private final Pages pages;
    private final InstantSource clock;

    RetentionRoom(PortalSources sources, Pages pages, InstantSource clock) {
        this.sources = sources;
        this.pages = pages;
        this.clock = clock;
    }

    /** Ends a walk through a plan that is longer than anybody reads. */
    private static final class Enough extends IOException {}

    Response show(Visit visit) throws StorageFailure, Problem, IOException {
        Access.RETENTION_READING.require(visit.who());
        LocalDate today = sources.schedule().dayOf(clock.instant());
        List<PlanEntry> planned = new ArrayList<>();
        boolean complete = true;
        try {
            RetentionPlan.plan(sources.catalog(), sources.schedule(), today).forEach(entry -> {
                if (planned.size() >= SHOWN) {
                    throw new Enough();
                }
                planned.add(entry);
            });
        } catch (Enough ignored) {
            // the page says that there is more
            complete = false;
        }
        return pages.show(new RetentionPage(
                visit.frame(),
                today,
                sources.schedule(),
                planned,
                complete,
                new Disposals(sources.catalog()).page(SHOWN, null).items()));
    }
}
