package org.liuhen.ingest.media;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.looks.TimeWatch;
import org.liuhen.ingest.media.playback.Salvage;
import org.liuhen.ingest.media.signed.SignatureCheck;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;

/**
 * What media work found out about a recording, ready to be written down.
 *
 * @param details of the event
 */
record MediaVerdict(boolean playable, @Nullable Media media, List<Finding> findings, Map<String, String> details) {
    /** The kind of the finding that says why a recording cannot be played. */
    static final String UNPLAYABLE = "unplayable";

    /** The kind of the finding that says what was made of a file that has lost its index. */
    static final String REPAIRED = Salvage.REPAIRED;

    static final Actor ACTOR = Actor.system("media");
    /** The kinds of findings that are made here, so that doing the work again replaces them. */
    private static final Set<String> OWN_FINDINGS = Set.of(
            UNPLAYABLE,
            "truncated",
            REPAIRED,
            "clock-jump",
            "no-picture",
            "black",
            "frozen",
            "silent",
            "frame-rate",
            TimeWatch.BURNT_IN_TIME,
            SignatureCheck.ABSENT,
            SignatureCheck.VALID,
            SignatureCheck.BROKEN,
            SignatureCheck.UNCHECKED);

    MediaVerdict {
        findings = List.copyOf(findings);
        details = Map.copyOf(details);
    }

    static MediaVerdict of(RenderOutcome.Playable outcome) {
        Media media = outcome.media();
        Map<String, String> details = new TreeMap<>();
        details.put("container", media.container());
        details.put("durationSeconds", String.format(Locale.ROOT, "%.3f", media.durationSeconds()));
        details.put("repackaged", Boolean.toString(outcome.repackaged()));
        if (media.video() != null) {
            details.put("video", media.video().codec());
        }
        if (media.audio() != null) {
            details.put("audio", media.audio().codec());
        }
        return new MediaVerdict(true, media, outcome.findings(), details);
    }

    static MediaVerdict of(RenderOutcome.Unplayable outcome) {
        return new MediaVerdict(
                false,
                null,
                List.of(new Finding(
                        UNPLAYABLE, outcome.reason() + ": " + outcome.detail(), null, null, outcome.said())),
                Map.of("reason", outcome.reason(), "detail", outcome.detail()));
    }

    /** The recording's next version. One that is announced for disposal stays so, and remembers what it can go back to. */
    Recording applyTo(Recording recording) {
        List<Finding> all = Stream.concat(
                        recording.findings().stream().filter(finding -> !OWN_FINDINGS.contains(finding.kind())),
                        findings.stream())
                .toList();
        Recording next = recording.next().withMedia(playable, media, all);
        if (recording.state() == RecordingState.DISPOSING) {
            return next;
        }
        return next.withState(playable ? RecordingState.READY : RecordingState.UNPLAYABLE);
    }

    CustodyEvent event(Instant at, RecordingId recording) {
        EventKind kind = playable ? EventKind.MEDIA_READY : EventKind.MEDIA_UNPLAYABLE;
        return CustodyEvent.of(at, ACTOR, kind, recording, details);
    }
}
