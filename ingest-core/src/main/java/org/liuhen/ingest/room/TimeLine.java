package org.liuhen.ingest.room;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.RecordingId;

/**
 * What all cameras of a session have recorded, side by side, and what is missing. Pure: the same session with the same
 * footage gives the same.
 *
 * @param from when recording had to begin
 * @param to when it might end
 * @param lanes the planned cameras in their order, then others that sent something
 */
public record TimeLine(Instant from, Instant to, List<Lane> lanes) {
    /** A shorter interruption is none: cameras take a moment between two files. */
    public static final Duration TOLERANCE = Duration.ofSeconds(1);

    public static final String GAP = "gap";
    public static final String MISSING_FOOTAGE = "missing-footage";

    /** @param planned whether it had to record without a gap */
    public record Lane(DeviceId camera, boolean planned, List<Stretch> stretches, List<Gap> gaps) {
        public Lane {
            stretches = List.copyOf(stretches);
            gaps = List.copyOf(gaps);
        }
    }

    /**
     * Something recorded without a gap.
     *
     * @param recording null while it is being recorded
     */
    public record Stretch(
            DeviceId camera,
            @Nullable RecordingId recording,
            @Nullable Fingerprint sha256,
            long sizeBytes,
            Instant from,
            Instant to) {
        Span span() {
            return new Span(from, to);
        }
    }

    /**
     * A finding.
     *
     * @param id stays the same as long as the gap does
     * @param kind {@value #GAP}, or {@value #MISSING_FOOTAGE} if there is nothing at all
     * @param reason null if nobody has said why
     */
    public record Gap(
            String id,
            String kind,
            DeviceId camera,
            Instant from,
            Instant to,
            InterrogationSession.@Nullable StatedReason reason) {
        public Duration length() {
            return Duration.between(from, to);
        }
    }

    public TimeLine {
        lanes = List.copyOf(lanes);
    }

    /**
     * Works it out.
     *
     * @param footage of any camera, in any order; what is being recorded has no recording yet
     * @param now stands for the end of an open session
     */
    public static TimeLine of(InterrogationSession session, List<Stretch> footage, Instant now) {
        Span required = new Span(session.requiredFrom(), session.requiredTo(now));
        Map<DeviceId, List<Stretch>> byCamera = new LinkedHashMap<>();
        session.cameras().forEach(camera -> byCamera.put(camera, new ArrayList<>()));
        footage.stream()
                .sorted(Comparator.comparing(Stretch::from).thenComparing(Stretch::to))
                .forEach(stretch -> byCamera.computeIfAbsent(stretch.camera(), another -> new ArrayList<>())
                        .add(stretch));
        List<Lane> lanes = new ArrayList<>();
        byCamera.forEach((camera, stretches) -> {
            boolean planned = session.cameras().contains(camera);
            lanes.add(new Lane(
                    camera, planned, stretches, planned ? gaps(session, camera, stretches, required) : List.of()));
        });
        return new TimeLine(required.from(), required.to(), lanes);
    }

    private static List<Gap> gaps(
            InterrogationSession session, DeviceId camera, List<Stretch> stretches, Span required) {
        Span looked = required;
        for (Stretch stretch : stretches) {
            // what comes after its last piece is still on its way
            if (stretch.recording() == null && session.isOpen()) {
                Instant end = stretch.to().isBefore(required.from()) ? required.from() : stretch.to();
                looked = new Span(required.from(), end.isBefore(required.to()) ? end : required.to());
            }
        }
        List<Span> covering = stretches.stream().map(Stretch::span).toList();
        List<Span> missing = looked.without(covering, TOLERANCE);
        // a camera that sent nothing at all is missing however short the session was
        boolean silent = stretches.isEmpty() && (!session.isOpen() || !missing.isEmpty());
        boolean nothing = silent || missing.equals(List.of(required));
        missing = silent ? List.of(required) : missing;
        List<Gap> gaps = new ArrayList<>();
        for (Span span : missing) {
            gaps.add(new Gap(
                    gapId(camera, span),
                    nothing ? MISSING_FOOTAGE : GAP,
                    camera,
                    span.from(),
                    span.to(),
                    session.reasonFor(camera, span.from(), span.to()).orElse(null)));
        }
        return gaps;
    }

    private static String gapId(DeviceId camera, Span span) {
        String named = camera + "|" + span.from() + "|" + span.to();
        return DigestUtils.sha256Hex(named.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    /** All findings, camera by camera. */
    public List<Gap> gaps() {
        return lanes.stream().flatMap(lane -> lane.gaps().stream()).toList();
    }

    /** Whether nothing is missing that nobody has explained. */
    public boolean isExplained() {
        return gaps().stream().allMatch(gap -> gap.reason() != null);
    }

    /** A fingerprint of which footage there is, to see whether more has come. */
    public Fingerprint coverage() {
        StringBuilder named = new StringBuilder();
        lanes.stream()
                .flatMap(lane -> lane.stretches().stream())
                .map(stretch -> stretch.recording() + " " + stretch.from() + " " + stretch.to() + "\n")
                .sorted()
                .forEach(named::append);
        return Fingerprint.of(DigestUtils.sha256(named.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
