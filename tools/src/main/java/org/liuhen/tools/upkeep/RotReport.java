package org.liuhen.tools.upkeep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;

/**
 * What somebody who looks after the store has to do something about: a recording whose bytes are not as they were
 * received. Written with the event {@code rot-found}, and again when it is over.
 *
 * <table>
 *   <caption>Register entry {@code rot}, format 1; its name is the recording</caption>
 *   <tr><td>format</td><td>1</td></tr>
 *   <tr><td>recording, detail, foundAt</td><td>what is wrong, for people, and since when it is known</td></tr>
 *   <tr><td>endedAt</td><td>when it was found sound again; absent until then</td></tr>
 * </table>
 */
public record RotReport(
        int format,
        RecordingId recording,
        String detail,
        Instant foundAt,
        @Nullable Instant endedAt) {
    public static final int FORMAT = 1;

    public static final Register.Kind<RotReport> KIND = new Register.Kind<>("rot", RotReport.class);

    private static final int PAGE = 500;

    RotReport ended(Instant at) {
        return new RotReport(format, recording, detail, foundAt, at);
    }

    /** Those that are not over, by recording, at most {@code limit}. */
    public static List<RotReport> open(Catalog catalog, int limit) throws StorageFailure {
        List<RotReport> open = new ArrayList<>();
        String after = null;
        for (; ; ) {
            List<RotReport> page = catalog.register().entries(KIND, after, PAGE);
            for (RotReport report : page) {
                after = report.recording().hex();
                if (report.endedAt() == null) {
                    open.add(report);
                    if (open.size() == limit) {
                        return open;
                    }
                }
            }
            if (page.isEmpty()) {
                return open;
            }
        }
    }
}
