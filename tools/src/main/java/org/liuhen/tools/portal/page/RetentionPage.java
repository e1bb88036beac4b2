package org.liuhen.tools.portal.page;

import java.time.LocalDate;
import java.util.List;
import org.liuhen.retention.DisposalCertificate;
import org.liuhen.retention.PlanEntry;
import org.liuhen.retention.Schedule;

/**
 * What retention would do today, what it has done, and by which schedule.
 *
 * @param planned what is due, the longest due first
 * @param complete whether that is all of it
 * @param disposed the latest first
 */
public record RetentionPage(
        Frame frame,
        LocalDate asOf,
        Schedule schedule,
        List<PlanEntry> planned,
        boolean complete,
        List<DisposalCertificate> disposed) {
    public RetentionPage {
        planned = List.copyOf(planned);
        disposed = List.copyOf(disposed);
    }
}
