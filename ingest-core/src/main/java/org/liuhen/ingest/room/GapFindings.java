package org.liuhen.ingest.room;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.ingest.SharedFindings;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Finding;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;

/**
 * The gaps of a session as findings of the recordings around them, so that whoever looks at a recording alone knows. The
 * one before a gap tells where it lies on its own time line, the one after it that something is missing before it begins.
 * Derived from the {@link TimeLine}, and made to agree with it as often as it changes.
 */
final class GapFindings {
    private final SharedFindings findings;

    GapFindings(Catalog catalog, InstantSource clock) {
        this.findings = new SharedFindings(catalog, clock, RoomCaptures.SYSTEM);
    }

    /** Makes the recordings of a session say what its time line says. Durable on return. */
    void tell(SessionId session, TimeLine line) throws StorageFailure {
        for (TimeLine.Lane lane : line.lanes()) {
            for (var found : wanted(session, lane).entrySet()) {
                findings.put(
                        found.getKey(),
                        finding -> finding.kind().equals(TimeLine.GAP)
                                && finding.detail().endsWith(of(session)),
                        found.getValue(),
                        Map.of(
                                "session",
                                session.value(),
                                "gaps",
                                Integer.toString(found.getValue().size())));
            }
        }
    }

    private static Map<RecordingId, List<Finding>> wanted(SessionId session, TimeLine.Lane lane) {
        Map<RecordingId, List<Finding>> wanted = new LinkedHashMap<>();
        for (TimeLine.Stretch stretch : lane.stretches()) {
            RecordingId recording = stretch.recording();
            if (recording == null) {
                continue;
            }
            List<Finding> findings = wanted.computeIfAbsent(recording, another -> new ArrayList<>());
            for (TimeLine.Gap gap : lane.gaps()) {
                Said said = Said.of(Sentence.ROOM_SILENT, "from", gap.from(), "to", gap.to(), "session", session);
                if (gap.from().equals(stretch.to())) {
                    Instant begin = stretch.from();
                    findings.add(Finding.between(
                            TimeLine.GAP,
                            said,
                            Duration.between(begin, gap.from()),
                            Duration.between(begin, gap.to())));
                } else if (gap.to().equals(stretch.from())) {
                    findings.add(Finding.between(TimeLine.GAP, said, Duration.ZERO, Duration.ZERO));
                }
            }
        }
        return wanted;
    }

    /** Ends all details of ours, and of no other finding. */
    private static String of(SessionId session) {
        return ", session=" + session;
    }
}
