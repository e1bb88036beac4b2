package org.liuhen.tools.portal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Access;
import org.liuhen.tools.portal.page.Link;
import org.liuhen.tools.portal.page.SearchPage;

/** Finds recordings by anything but a case number alone. */
final class SearchRoom {
    private static final List<String> FIELDS =
            List.of("device", "officer", "case", "session", "from", "to", "category", "state");

    private final PortalSources sources;
    private final Pages pages;

    SearchRoom(PortalSources sources, Pages pages) {
        this.sources = sources;
        this.pages = pages;
    }

    Response show(Visit visit) throws StorageFailure, Problem {
        Access.RECORDS.require(visit.who());
        Map<String, String> asked = new LinkedHashMap<>();
        for (String field : FIELDS) {
            visit.request().query(field).map(String::strip).ifPresent(value -> asked.put(field, value));
        }
        Map<String, String> wrong = new LinkedHashMap<>();
        RecordingQuery query = query(visit, asked, wrong);
        Page<Recording> found = asked.isEmpty() || !wrong.isEmpty()
                ? null
                : sources.desk()
                        .find(
                                visit.who(),
                                query,
                                CaseRoom.ROWS,
                                visit.request().query("cursor").orElse(null));
        return pages.show(new SearchPage(
                visit.frame(),
                asked,
                wrong,
                sources.schedule().categories().stream()
                        .map(category -> category.name().value())
                        .toList(),
                found == null ? null : found.items(),
                found == null || found.next() == null ? null : next(asked, found.next())));
    }

    private RecordingQuery query(Visit visit, Map<String, String> asked, Map<String, String> wrong) {
        String name = visit.say("search.wrong.name");
        String time = visit.say("search.wrong.time");
        return new RecordingQuery(
                value(asked, "case", CaseNumber::new, wrong, name),
                value(asked, "device", DeviceId::new, wrong, name),
                value(asked, "officer", OfficerId::new, wrong, name),
                value(asked, "session", SessionId::new, wrong, name),
                value(asked, "category", Category::new, wrong, name),
                value(asked, "state", RecordingState::ofLabel, wrong, name),
                value(asked, "from", this::instant, wrong, time),
                value(asked, "to", this::instant, wrong, time));
    }

    private static <T> @Nullable T value(
            Map<String, String> asked,
            String field,
            Function<String, T> reader,
            Map<String, String> wrong,
            String why) {
        String text = asked.get(field);
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return reader.apply(text);
        } catch (InvalidField | DateTimeException ignored) {
            wrong.put(field, why);
            return null;
        }
    }

    /** A browser's {@code datetime-local} in the schedule's zone, or a time with its own offset. */
    private Instant instant(String text) {
        try {
            return LocalDateTime.parse(text).atZone(sources.schedule().zone()).toInstant();
        } catch (DateTimeException ignored) {
            return OffsetDateTime.parse(text).toInstant();
        }
    }

    private static String next(Map<String, String> asked, String cursor) {
        return asked.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + Link.encoded(entry.getValue()))
                .collect(Collectors.joining("&", "/search?", "&cursor=" + Link.encoded(cursor)));
    }
}
