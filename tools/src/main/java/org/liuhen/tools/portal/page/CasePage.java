package org.liuhen.tools.portal.page;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Recording;

/**
 * A case: its state, what was recorded for it, when and by which device.
 *
 * @param file null if nobody ever opened or closed it, so it is open
 * @param rows the part of the list that is shown
 * @param next the address of the next part; null at the end
 * @param first the address of the first part; null if this is it
 */
public record CasePage(
        Frame frame,
        CaseNumber number,
        @Nullable CaseFile file,
        Summary summary,
        Timeline timeline,
        List<Recording> rows,
        @Nullable String next,
        @Nullable String first) {
    /** @param complete whether these figures cover the whole case, which a very large one exceeds */
    public record Summary(
            int recordings, Duration length, long sizeBytes, int devices, int findings, boolean complete) {
        public static Summary of(List<Recording> recordings, boolean complete) {
            return new Summary(
                    recordings.size(),
                    recordings.stream().map(CasePage::length).reduce(Duration.ZERO, Duration::plus),
                    recordings.stream().mapToLong(Recording::sizeBytes).sum(),
                    (int) recordings.stream().map(Recording::device).distinct().count(),
                    (int) recordings.stream()
                            .flatMap(recording -> recording.findings().stream())
                            .filter(Timeline::isWarning)
                            .count(),
                    complete);
        }
    }

    public CasePage {
        rows = List.copyOf(rows);
    }

    public boolean isOpen() {
        return file == null || file.open();
    }

    /** Where the evidence of this case is handed out. */
    public String exportAddress() {
        return "/api/v1/cases/" + Link.encoded(number.value()) + "/export";
    }

    /** How long a recording is: measured if it was, declared otherwise. */
    public static Duration length(Recording recording) {
        if (recording.media() != null) {
            return Duration.ofMillis(Math.round(recording.media().durationSeconds() * 1000));
        }
        return recording.to() == null ? Duration.ZERO : Duration.between(recording.from(), recording.to());
    }
}
