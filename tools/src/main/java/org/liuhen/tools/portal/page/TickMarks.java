package org.liuhen.tools.portal.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.liuhen.tools.portal.page.Timeline.Tick;

/** The marks of a time axis: at round times of day, as many as there is room to label. */
final class TickMarks {
    private static final double LEAST_DISTANCE = 7;
    /** Nearer to the right end than this, a label would run into what follows. */
    private static final double LABEL_WIDTH = 4.2;

    private static final long[] STEPS_SECONDS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400
    };
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);

    private TickMarks() {}

    /** @param lastDay the day that the mark before these told */
    static List<Tick> between(Instant from, Instant to, double x, double width, ZoneId zone, String lastDay) {
        long seconds = Math.max(1, Duration.between(from, to).toSeconds());
        long step = step(seconds, width);
        List<Tick> ticks = new ArrayList<>();
        String day = lastDay;
        for (ZonedDateTime at = firstMark(from.atZone(zone), step);
                !at.toInstant().isAfter(to);
                at = after(at, step)) {
            double share = (double) Duration.between(from, at.toInstant()).toMillis()
                    / Math.max(1, Duration.between(from, to).toMillis());
            if (share * width > width - LABEL_WIDTH) {
                break;
            }
            String thisDay = DAY.format(at);
            ticks.add(new Tick(
                    x + width * share, (step < 60 ? SECONDS : MINUTES).format(at), thisDay.equals(day) ? "" : thisDay));
            day = thisDay;
        }
        if (ticks.isEmpty()) {
            ZonedDateTime begin = from.atZone(zone);
            String thisDay = DAY.format(begin);
            ticks.add(new Tick(x, SECONDS.format(begin), thisDay.equals(lastDay) ? "" : thisDay));
        }
        return ticks;
    }

    static String lastDay(List<Tick> ticks, String before) {
        String day = before;
        for (Tick tick : ticks) {
            day = tick.day().isEmpty() ? day : tick.day();
        }
        return day;
    }

    private static long step(long seconds, double width) {
        for (long step : STEPS_SECONDS) {
            if (step * width / seconds >= LEAST_DISTANCE) {
                return step;
            }
        }
        long days = (long) Math.ceil(LEAST_DISTANCE * seconds / width / 86_400);
        return days * 86_400;
    }

    private static ZonedDateTime firstMark(ZonedDateTime from, long step) {
        ZonedDateTime midnight = from.truncatedTo(ChronoUnit.DAYS);
        if (step >= 86_400) {
            return midnight.isEqual(from) ? midnight : midnight.plusDays(1);
        }
        long since = Duration.between(midnight, from).toMillis();
        long marks = (since + step * 1000 - 1) / (step * 1000);
        return midnight.plusSeconds(marks * step);
    }

    private static ZonedDateTime after(ZonedDateTime mark, long step) {
        return step >= 86_400 ? mark.plusDays(step / 86_400) : mark.plusSeconds(step);
    }
}
