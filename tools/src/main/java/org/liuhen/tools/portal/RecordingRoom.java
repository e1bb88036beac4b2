package org.liuhen.tools.portal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.retention.Classification;
import org.liuhen.retention.DeskAnswer;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.RecordingPage;

/** Shows one recording, and does what its forms ask. */
final class RecordingRoom {
    private static final Map<String, String> DONE = Map.of(
            "classified", "classify.done",
            "proposed", "classify.proposed",
            "held", "hold.done",
            "released", "hold.released",
            "linked", "link.done");

    private final PortalSources sources;
    private final Pages pages;
    private final InstantSource clock;

    RecordingRoom(PortalSources sources, Pages pages, InstantSource clock) {
        this.sources = sources;
        this.pages = pages;
        this.clock = clock;
    }

    Response show(Visit visit) throws StorageFailure, Problem {
        RecordingId id = new RecordingId(visit.request().parameter("id"));
        Recording recording = sources.desk().show(visit.who(), id);
        sources.desk().expectViewer(visit.who(), recording);
        List<CustodyEvent> custody = sources.desk().custody(visit.who(), id);
        List<Recording> around = around(visit, recording);
        int at = around.indexOf(recording);
        return pages.show(new RecordingPage(
                visit.frame(visit.done(DONE)),
                recording,
                clock.instant(),
                sources.desk().attachments(visit.who(), recording),
                custody,
                sources.schedule().categories().stream()
                        .map(category -> category.name().value())
                        .toList(),
                sources.records().proposal(id).orElse(null),
                at > 0 ? around.get(at - 1) : null,
                at >= 0 && at + 1 < around.size() ? around.get(at + 1) : null));
    }

    /** Does what a form asks: its {@code do} field says what. */
    Response act(Visit visit, Form form) throws StorageFailure, Problem {
        RecordingId id = new RecordingId(visit.request().parameter("id"));
        String done = switch (form.text("do")) {
            case "classify" -> classify(visit, id, form);
            case "hold" -> hold(visit, id, form);
            case "release" -> {
                Access.RELEASING.require(visit.who());
                granted(sources.records()
                        .release(
                                id,
                                form.text("hold"),
                                reason(visit, form),
                                visit.who().actor()));
                yield "released";
            }
            case "link" -> {
                Access.LINKING.require(visit.who());
                CaseNumber number = new CaseNumber(form.text("case"));
                granted(sources.records()
                        .link(id, number, reason(visit, form), visit.who().actor()));
                yield "linked";
            }
            default -> throw new Problem(400, "bad-form", "do: unknown (expected: what a form offers)");
        };
        return Response.redirect(Link.recording(id) + "?done=" + done);
    }

    private String classify(Visit visit, RecordingId id, Form form) throws StorageFailure, Problem {
        Access.CLASSIFYING.require(visit.who());
        Category category = new Category(form.text("category"));
        Classification answer = granted(sources.records()
                .classify(id, category, reason(visit, form), visit.who().actor()));
        return answer.step() == Classification.Step.PROPOSED ? "proposed" : "classified";
    }

    private String hold(Visit visit, RecordingId id, Form form) throws StorageFailure, Problem {
        Access.HOLDING.require(visit.who());
        Instant until;
        try {
            until = form.filled("until")
                    .map(day -> LocalDate.parse(day)
                            .plusDays(1)
                            .atStartOfDay(sources.schedule().zone())
                            .minusSeconds(1)
                            .toInstant())
                    .orElse(null);
        } catch (DateTimeException e) {
            throw new Problem(400, "invalid-field", visit.say("form.day.wrong", form.text("until")), e);
        }
        granted(sources.records()
                .hold(id, reason(visit, form), until, visit.who().actor()));
        return "held";
    }

    private static String reason(Visit visit, Form form) throws Problem {
        return form.filled("reason")
                .orElseThrow(() -> new Problem(400, "invalid-field", visit.say("form.reason.missing")));
    }

    private static <T> T granted(DeskAnswer<T> answer) throws Problem {
        if (answer instanceof DeskAnswer.Refused<T> refused) {
            throw switch (refused.why()) {
                case UNKNOWN_RECORDING, UNKNOWN_HOLD -> new Problem(404, "not-found", refused.message());
                case DISPOSED -> new Problem(410, "disposed", refused.message());
                case NOT_A_PERSON -> new Problem(403, "forbidden", refused.message());
            };
        }
        return ((DeskAnswer.Done<T>) answer).value();
    }

    /** The first recordings of its first case, in order; none if it has no case. */
    private List<Recording> around(Visit visit, Recording recording) throws StorageFailure, Problem {
        return recording.cases().isEmpty()
                ? List.of()
                : sources.desk()
                        .find(
                                visit.who(),
                                RecordingQuery.ofCase(recording.cases().get(0)),
                                Catalog.MAX_PAGE,
                                null)
                        .items();
    }
}
