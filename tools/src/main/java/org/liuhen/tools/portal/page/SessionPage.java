package org.liuhen.tools.portal.page;

import java.util.List;
import org.liuhen.ingest.room.TimeLine;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.Recording;

/**
 * One interrogation session.
 *
 * @param line what there is and what is missing
 * @param drawn the recordings on one time line
 */
public record SessionPage(
        Frame frame, InterrogationSession session, TimeLine line, Timeline drawn, List<Recording> rows) {
    /** The marks that are a button, because the rules ask for them. */
    public static final List<String> OFFERED_MARKS =
            List.of(InterrogationSession.SUSPECT_ENTERED, InterrogationSession.RECORD_SIGNED);

    public SessionPage {
        rows = List.copyOf(rows);
    }
}
