package org.liuhen.tools.portal.page;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Recording;

/**
 * The custody of one recording as it is printed, in both languages at once. Stands alone: it loads nothing.
 *
 * @param original path of the original in the bag; null if it is not in it
 * @param treeSize how many events the log had
 */
public record CustodyReportPage(
        Wording english,
        Wording chinese,
        CaseNumber number,
        Recording recording,
        @Nullable String original,
        List<CustodyEvent> custody,
        long treeSize) {
    public CustodyReportPage {
        custody = List.copyOf(custody);
    }

    /** A text in both languages. */
    public String both(String key) {
        return chinese.say(key) + " " + english.say(key);
    }

    /** What people call {@code label} of a family, in both languages. */
    public String name(String family, String label) {
        String first = chinese.name(family, label);
        String second = english.name(family, label);
        return first.equals(second) ? first : first + " " + second;
    }

    /** A time in the zone of the schedule. */
    public String time(@Nullable Instant at) {
        return at == null ? "–" : chinese.time(at);
    }

    /** What else an event says, one fact a line. */
    public List<String> details(CustodyEvent event) {
        return event.details().entrySet().stream()
                .map(detail -> name("detail", detail.getKey()) + ": " + value(detail))
                .collect(Collectors.toList());
    }

    private String value(Map.Entry<String, String> detail) {
        String first = chinese.detail(detail.getKey(), detail.getValue());
        String second = english.detail(detail.getKey(), detail.getValue());
        return first.equals(second) ? first : first + " " + second;
    }
}
