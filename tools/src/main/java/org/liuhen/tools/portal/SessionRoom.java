package org.liuhen.tools.portal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.SessionPage;
import org.liuhen.tools.portal.page.SessionsPage;
import org.liuhen.tools.portal.page.Timeline;

/** Shows interrogation sessions and takes what investigators say about them. */
final class SessionRoom {
    private static final int SHOWN = 200;
    private static final int MAX_REASON = 1_000;
    private static final Map<String, String> DONE = Map.of(
            "closed", "session.closed.done",
            "marked", "session.marked.done",
            "explained", "session.explained.done");

    private final PortalSources sources;
    private final Pages pages;

    SessionRoom(PortalSources sources, Pages pages) {
        this.sources = sources;
        this.pages = pages;
    }

    Response list(Visit visit) throws StorageFailure, Problem {
        Access.RECORDS.require(visit.who());
        return pages.show(new SessionsPage(visit.frame(), sources.sessions().find(null, null, null, SHOWN)));
    }

    Response show(Visit visit) throws StorageFailure, Problem {
        Access.RECORDS.require(visit.who());
        InterrogationSession session =
                sources.sessions().session(new SessionId(visit.request().parameter("session")));
        List<Recording> recordings = new ArrayList<>();
        String next = null;
        do {
            Page<Recording> part =
                    sources.desk().find(visit.who(), RecordingQuery.ofSession(session.id()), Catalog.MAX_PAGE, next);
            recordings.addAll(part.items());
            next = part.next();
        } while (next != null && recordings.size() < CaseRoom.MOST_DRAWN);
        return pages.show(new SessionPage(
                visit.frame(visit.done(DONE)),
                session,
                sources.sessions().timeLine(session),
                Timeline.of(recordings, sources.schedule().zone()),
                recordings));
    }

    Response act(Visit visit, Form form) throws StorageFailure, Problem {
        Access.INTERROGATING.require(visit.who());
        SessionId id = new SessionId(visit.request().parameter("session"));
        String done = switch (form.text("do")) {
            case "close" -> {
                sources.sessions().close(visit.who().actor(), id);
                yield "closed";
            }
            case "mark" -> {
                sources.sessions().mark(visit.who().actor(), id, form.text("mark"), null, null);
                yield "marked";
            }
            case "explain" -> {
                sources.sessions().explain(visit.who().actor(), id, form.text("gap"), reason(visit, form));
                yield "explained";
            }
            default -> throw new Problem(400, "bad-form", "do: unknown (expected: close, mark or explain)");
        };
        return Response.redirect(Link.with(Link.session(id), "done", done));
    }

    private static String reason(Visit visit, Form form) throws Problem {
        return form.filled("reason")
                .filter(reason -> reason.length() <= MAX_REASON)
                .orElseThrow(() -> new Problem(400, "invalid-field", visit.say("form.reason.missing")));
    }
}
