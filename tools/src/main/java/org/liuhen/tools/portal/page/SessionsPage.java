package org.liuhen.tools.portal.page;

import java.util.List;
import org.liuhen.storage.InterrogationSession;

/**
 * The interrogation sessions.
 *
 * @param sessions the latest first
 */
public record SessionsPage(Frame frame, List<InterrogationSession> sessions) {
    public SessionsPage {
        sessions = List.copyOf(sessions);
    }
}
