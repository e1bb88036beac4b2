package org.liuhen.tools.portal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.CasePage;
import org.liuhen.tools.portal.page.HomePage;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.Timeline;

/** Finds cases and shows them. */
final class CaseRoom {
    /** What a timeline and the sums of a case cover; more would be neither read nor drawn in time. */
    static final int MOST_DRAWN = 2_000;

    static final int ROWS = 50;

    private static final Map<String, String> DONE = Map.of("closed", "case.closed.done", "open", "case.opened.done");

    private final PortalSources sources;
    private final Pages pages;
    private final RecentWork recent;

    CaseRoom(PortalSources sources, Pages pages) {
        this.sources = sources;
        this.pages = pages;
        this.recent = new RecentWork(sources.catalog(), sources.desk());
    }

    Response home(Visit visit) throws StorageFailure, Problem {
        return home(visit, "", null);
    }

    /** Answers {@code /cases?number=…}: leads to the case, or shows it where its number cannot be part of a path. */
    Response lookUp(Visit visit) throws StorageFailure, Problem {
        String typed = visit.request().query("number").orElse("").strip();
        CaseNumber number;
        try {
            number = new CaseNumber(typed);
        } catch (InvalidField e) {
            return home(visit, typed, visit.say(typed.isEmpty() ? "home.empty" : "search.wrong.name"));
        }
        String address = Link.caseFile(number);
        return address.startsWith("/cases?") ? show(visit, number) : Response.redirect(address);
    }

    Response show(Visit visit) throws StorageFailure, Problem {
        return show(visit, new CaseNumber(visit.request().parameter("case")));
    }

    Response decide(Visit visit, Form form) throws StorageFailure, Problem {
        Access.CASES.require(visit.who());
        CaseNumber number = new CaseNumber(form.text("case"));
        String reason = form.filled("reason")
                .orElseThrow(() -> new Problem(400, "invalid-field", visit.say("form.reason.missing")));
        String state = form.text("state");
        switch (state) {
            case "open" ->
                sources.records().openCase(number, reason, visit.who().actor());
            case "closed" ->
                sources.records().closeCase(number, reason, visit.who().actor());
            default -> throw new Problem(400, "bad-form", "state: unknown (expected: open or closed)");
        }
        return Response.redirect(Link.with(Link.caseFile(number), "done", state));
    }

    private Response home(Visit visit, String typed, @Nullable String wrong) throws StorageFailure, Problem {
        RecentWork.Found found = Access.RECORDS.allows(visit.who()) ? recent.of(visit.who()) : RecentWork.Found.NOTHING;
        int damaged = SystemRoom.rot(sources, visit).size();
        return pages.show(new HomePage(visit.frame(), typed, wrong, damaged, found.cases(), found.recordings()));
    }

    private Response show(Visit visit, CaseNumber number) throws StorageFailure, Problem {
        RecordingQuery query = RecordingQuery.ofCase(number);
        String cursor = visit.request().query("cursor").orElse(null);
        Page<Recording> rows = sources.desk().find(visit.who(), query, ROWS, cursor);
        List<Recording> drawn = new ArrayList<>();
        String next = null;
        do {
            Page<Recording> part = sources.desk().find(visit.who(), query, Catalog.MAX_PAGE, next);
            drawn.addAll(part.items());
            next = part.next();
        } while (next != null && drawn.size() < MOST_DRAWN);
        CaseFile file = sources.records().caseFile(number).orElse(null);
        return pages.show(new CasePage(
                visit.frame(visit.done(DONE)),
                number,
                file,
                CasePage.Summary.of(drawn, next == null),
                Timeline.of(drawn, sources.schedule().zone()),
                rows.items(),
                rows.next() == null ? null : Link.with(Link.caseFile(number), "cursor", rows.next()),
                cursor == null ? null : Link.caseFile(number)));
    }
}
