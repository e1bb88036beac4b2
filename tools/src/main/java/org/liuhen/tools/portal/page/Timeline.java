package org.liuhen.tools.portal.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.liuhen.ingest.media.looks.TimeWatch;
import org.liuhen.ingest.media.signed.SignatureCheck;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Recording;

/**
 * When the devices of a case recorded: one lane per device, time from left to right in per cent of the width. Hours in
 * which nothing was recorded are cut out, so that ten minutes on two days apart are still two bars one can hit; each
 * {@link Stretch} between two cuts has a scale of its own and says its times.
 *
 * @param stretches in order of time
 * @param lanes in order of the first recording
 * @param cutGap how long nothing must have been recorded for the time to be cut out
 */
public record Timeline(List<Stretch> stretches, List<Lane> lanes, Duration cutGap) {
    private static final Set<String> NO_WARNINGS =
            Set.of(SignatureCheck.VALID, SignatureCheck.ABSENT, TimeWatch.BURNT_IN_TIME);

    private static final int MOST_STRETCHES = 12;
    private static final double CUT_WIDTH = 1.6;
    private static final double LEAST_STRETCH_WIDTH = 9;
    private static final double LEAST_BAR_WIDTH = 0.5;
    private static final Duration LEAST_CUT = Duration.ofMinutes(10);

    /**
     * A span of time without a cut.
     *
     * @param x where it begins, per cent
     * @param gapBefore how long nothing was recorded before it; zero for the first
     */
    public record Stretch(Instant from, Instant to, double x, double width, Duration gapBefore, List<Tick> ticks) {
        public Stretch {
            ticks = List.copyOf(ticks);
        }

        double xOf(Instant at) {
            double share = (double) Duration.between(from, at).toMillis()
                    / Math.max(1, Duration.between(from, to).toMillis());
            return x + width * Math.min(1, Math.max(0, share));
        }
    }

    /**
     * A mark on the time axis.
     *
     * @param label the time of day
     * @param day the day, where it is another than at the mark before; empty otherwise
     */
    public record Tick(double x, String label, String day) {}

    /** @param rows how many bars lie above each other at most */
    public record Lane(DeviceId device, int rows, List<Bar> bars) {
        public Lane {
            bars = List.copyOf(bars);
        }
    }

    /** @param row 0 for the uppermost */
    public record Bar(Recording recording, double x, double width, int row) {}

    private record Span(Recording recording, Instant from, Instant to) {}

    public Timeline {
        stretches = List.copyOf(stretches);
        lanes = List.copyOf(lanes);
    }

    /** Draws these recordings, which may be in any order. */
    public static Timeline of(List<Recording> recordings, ZoneId zone) {
        List<Span> spans = recordings.stream()
                .map(recording -> new Span(recording, recording.from(), endOf(recording)))
                .sorted(Comparator.comparing(Span::from)
                        .thenComparing(span -> span.recording().device().value()))
                .toList();
        Duration cutGap = cutGap(spans);
        List<Stretch> stretches = stretches(spans, cutGap, zone);
        Map<DeviceId, List<Span>> byDevice = new LinkedHashMap<>();
        spans.forEach(span -> byDevice.computeIfAbsent(span.recording().device(), none -> new ArrayList<>())
                .add(span));
        List<Lane> lanes = new ArrayList<>();
        byDevice.forEach((device, own) -> lanes.add(lane(device, own, stretches)));
        return new Timeline(stretches, lanes, cutGap);
    }

    public boolean isCut() {
        return stretches.size() > 1;
    }

    public boolean hasFindings() {
        return recordings().anyMatch(Timeline::hasWarning);
    }

    public static boolean hasWarning(Recording recording) {
        return recording.findings().stream().anyMatch(Timeline::isWarning);
    }

    /**
     * Whether something is wrong, or may be: a good signature is not, most cameras do not sign, and most show the time
     * in their pictures.
     */
    static boolean isWarning(Finding finding) {
        return !NO_WARNINGS.contains(finding.kind());
    }

    /** The categories that occur, by name. */
    public List<String> categories() {
        return recordings()
                .map(recording -> recording.retention().category().value())
                .distinct()
                .sorted()
                .toList();
    }

    private Stream<Recording> recordings() {
        return lanes.stream().flatMap(lane -> lane.bars().stream()).map(Bar::recording);
    }

    private static Instant endOf(Recording recording) {
        Instant from = recording.from();
        Instant to = recording.to();
        if (to == null && recording.media() != null) {
            to = from.plusMillis(Math.round(recording.media().durationSeconds() * 1000));
        }
        return to == null || to.isBefore(from.plusSeconds(1)) ? from.plusSeconds(1) : to;
    }

    /** Gaps longer than all that was recorded are cut, the longest first if that would be too many cuts. */
    private static Duration cutGap(List<Span> spans) {
        Duration recorded = Duration.ZERO;
        List<Duration> gaps = new ArrayList<>();
        Instant end = null;
        for (Span span : spans) {
            if (end != null && span.from().isAfter(end)) {
                gaps.add(Duration.between(end, span.from()));
            }
            Instant begin = end == null || span.from().isAfter(end) ? span.from() : end;
            if (span.to().isAfter(begin)) {
                recorded = recorded.plus(Duration.between(begin, span.to()));
                end = span.to();
            }
        }
        Duration least = recorded.compareTo(LEAST_CUT) > 0 ? recorded : LEAST_CUT;
        gaps.sort(Comparator.reverseOrder());
        return gaps.size() >= MOST_STRETCHES && gaps.get(MOST_STRETCHES - 1).compareTo(least) > 0
                ? gaps.get(MOST_STRETCHES - 1)
                : least;
    }

    private static List<Stretch> stretches(List<Span> spans, Duration cutGap, ZoneId zone) {
        List<Instant[]> bounds = new ArrayList<>();
        for (Span span : spans) {
            Instant[] last = bounds.isEmpty() ? null : bounds.get(bounds.size() - 1);
            if (last != null && Duration.between(last[1], span.from()).compareTo(cutGap) <= 0) {
                last[1] = span.to().isAfter(last[1]) ? span.to() : last[1];
            } else {
                bounds.add(new Instant[] {span.from(), span.to()});
            }
        }
        double total = bounds.stream().mapToDouble(Timeline::millis).sum();
        double free = 100 - CUT_WIDTH * (bounds.size() - 1);
        double least = Math.min(LEAST_STRETCH_WIDTH, free / Math.max(1, bounds.size()));
        double shared = free - least * bounds.size();
        List<Stretch> stretches = new ArrayList<>();
        double x = 0;
        String lastDay = "";
        for (Instant[] bound : bounds) {
            double width = least + shared * millis(bound) / total;
            Duration gap = stretches.isEmpty()
                    ? Duration.ZERO
                    : Duration.between(stretches.get(stretches.size() - 1).to(), bound[0]);
            List<Tick> ticks = TickMarks.between(bound[0], bound[1], x, width, zone, lastDay);
            lastDay = ticks.isEmpty() ? lastDay : TickMarks.lastDay(ticks, lastDay);
            stretches.add(new Stretch(bound[0], bound[1], x, width, gap, ticks));
            x += width + CUT_WIDTH;
        }
        return stretches;
    }

    private static double millis(Instant[] bound) {
        return Duration.between(bound[0], bound[1]).toMillis();
    }

    private static Lane lane(DeviceId device, List<Span> spans, List<Stretch> stretches) {
        List<Double> rowEnds = new ArrayList<>();
        List<Bar> bars = new ArrayList<>();
        for (Span span : spans) {
            Stretch stretch = stretches.stream()
                    .filter(each ->
                            !span.from().isBefore(each.from()) && !span.from().isAfter(each.to()))
                    .findFirst()
                    .orElseThrow();
            double x = stretch.xOf(span.from());
            double width = Math.max(LEAST_BAR_WIDTH, stretch.xOf(span.to()) - x);
            x = Math.min(x, 100 - width);
            int row = 0;
            while (row < rowEnds.size() && rowEnds.get(row) > x + 0.01) {
                row++;
            }
            if (row == rowEnds.size()) {
                rowEnds.add(0.0);
            }
            rowEnds.set(row, x + width);
            bars.add(new Bar(span.recording(), x, width, row));
        }
        return new Lane(device, rowEnds.size(), bars);
    }
}
