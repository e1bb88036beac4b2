package org.liuhen.tools.portal;

import java.time.InstantSource;
import java.util.List;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.access.Devices;
import org.liuhen.tools.portal.page.Frame;
import org.liuhen.tools.portal.page.SystemPage;
import org.liuhen.tools.upkeep.RotReport;

/** Shows how the machine is doing, and the devices that push to it. */
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
        return show(visit, visit.frame());
    }

    private Response show(Visit visit, Frame frame) throws StorageFailure, Problem {
        Access.OPERATION.require(visit.who());
        return pages.show(new SystemPage(
                frame,
                clock.instant(),
                sources.troubles().get(),
                rot(sources, visit),
                new Figures(sources, visit.wording()).sections(),
                sources.devices().all(visit.who())));
    }

    /** Registers a device, writes down who wears one, or refuses one from now on. */
    Response changeDevice(Visit visit, Form form) throws StorageFailure, Problem {
        DeviceId id = new DeviceId(form.text("device"));
        OfficerId officer = form.filled("officer").map(OfficerId::new).orElse(null);
        switch (form.text("what")) {
            case "add" -> {
                UnitId unit = form.filled("unit").map(UnitId::new).orElse(null);
                String token = sources.accounts()
                        .addDevice(visit.who(), id, form.filled("name").orElse(null), unit, officer);
                sources.devices()
                        .label(
                                visit.who(),
                                id,
                                new Devices.Label(
                                        null, null, form.text("serial"), form.text("maker"), form.text("model")));
                return show(
                        visit,
                        visit.frame(new Frame.Notice(true, visit.say("devices.added.token", id.value(), token))));
            }
            case "assign" -> sources.devices().assign(visit.who(), id, officer, null);
            case "revoke" -> sources.devices().revoke(visit.who(), id);
            default -> throw new Problem(400, "bad-form", "what: unknown (expected: add, assign or revoke)");
        }
        return Response.redirect("/system");
    }

    /** The recordings that are damaged in the store, if it is the reader's business. */
    static List<RotReport> rot(PortalSources sources, Visit visit) throws StorageFailure {
        return Access.VERIFYING.allows(visit.who()) ? RotReport.open(sources.catalog(), MAX_ROT) : List.of();
    }
}
