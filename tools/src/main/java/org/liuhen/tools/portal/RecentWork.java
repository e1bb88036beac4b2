package org.liuhen.tools.portal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.portal.page.HomePage.RecentCase;
import org.liuhen.tools.portal.page.HomePage.RecentRecording;

/** What somebody looked at lately, as the latest custody events tell. */
final class RecentWork {
    private static final int EVENTS_READ = 2_000;
    private static final int SHOWN = 6;
    private static final Set<EventKind> LOOKS = EnumSet.of(
            EventKind.VIEWED, EventKind.DOWNLOADED, EventKind.CLIP_CUT, EventKind.CUSTODY_READ, EventKind.CLASSIFIED);

    private final Catalog catalog;
    private final FootageDesk desk;

    RecentWork(Catalog catalog, FootageDesk desk) {
        this.catalog = catalog;
        this.desk = desk;
    }

    /** The latest first. */
    record Found(List<RecentCase> cases, List<RecentRecording> recordings) {
        static final Found NOTHING = new Found(List.of(), List.of());
    }

    Found of(Principal who) throws StorageFailure, Problem {
        long size = catalog.ledger().head().size();
        List<CustodyEvent> events = new ArrayList<>(catalog.events(Math.max(0, size - EVENTS_READ), EVENTS_READ));
        Collections.reverse(events);
        Map<RecordingId, Instant> looks = new LinkedHashMap<>();
        for (CustodyEvent event : events) {
            RecordingId id = event.recording();
            if (id != null && LOOKS.contains(event.kind()) && event.actor().equals(who.actor())) {
                looks.putIfAbsent(id, event.at());
            }
        }
        Map<CaseNumber, Instant> cases = new LinkedHashMap<>();
        List<RecentRecording> recordings = new ArrayList<>();
        for (Map.Entry<RecordingId, Instant> look : looks.entrySet()) {
            if (recordings.size() >= SHOWN && cases.size() >= SHOWN) {
                break;
            }
            var recording = desk.show(who, look.getKey());
            recordings.add(new RecentRecording(recording, look.getValue()));
            recording.cases().forEach(number -> cases.putIfAbsent(number, look.getValue()));
        }
        return new Found(
                cases.entrySet().stream()
                        .limit(SHOWN)
                        .map(entry -> new RecentCase(entry.getKey(), entry.getValue()))
                        .toList(),
                recordings.stream().limit(SHOWN).toList());
    }
}
