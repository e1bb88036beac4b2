package org.liuhen.tools.portal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleFunction;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.portal.page.SystemPage.Figure;
import org.liuhen.tools.portal.page.SystemPage.Section;
import org.liuhen.tools.portal.page.Wording;

/** The numbers of {@code /metrics} as people read them; what was never measured says so. */
final class Figures {
    private static final double SECONDS_OF_A_DAY = 86_400;

    private final PortalSources sources;
    private final MeterRegistry meters;
    private final Wording wording;

    Figures(PortalSources sources, Wording wording) {
        this.sources = sources;
        this.meters = sources.meters();
        this.wording = wording;
    }

    List<Section> sections() throws StorageFailure {
        return List.of(receiving(), storing(), scrubbing(), media(), retention(), catalog());
    }

    private Section receiving() {
        List<Figure> figures = new ArrayList<>();
        add(figures, "uploads.active", gauge("liuhen.upload.active"), wording::number);
        add(figures, "uploads.sealed", counted("liuhen.upload.sealed"), wording::number);
        add(figures, "uploads.refused", counted("liuhen.upload.refused"), wording::number);
        add(figures, "bytes", counted("liuhen.upload.bytes"), wording::size);
        quantiles(figures, "acknowledge", "liuhen.upload.acknowledge");
        add(figures, "connections", gauge("liuhen.http.connections"), wording::number);
        return new Section("ingest", figures);
    }

    private Section storing() {
        List<Figure> figures = new ArrayList<>();
        add(figures, "room", gauge("liuhen.vault.room.bytes"), wording::size);
        add(figures, "disk", gauge("liuhen.disk.free.bytes"), wording::size);
        quantiles(figures, "sync", "liuhen.catalog.sync");
        Collection<DistributionSummary> batches =
                meters.find("liuhen.catalog.batch.changes").summaries();
        OptionalDouble mean = batches.stream()
                .filter(batch -> batch.count() > 0)
                .mapToDouble(DistributionSummary::mean)
                .max();
        add(figures, "batch", mean, wording::decimal);
        add(figures, "waiting", gauge("liuhen.catalog.queue.depth"), wording::number);
        return new Section("store", figures);
    }

    private Section scrubbing() {
        List<Figure> figures = new ArrayList<>();
        add(figures, "scrub.bytes", counted("liuhen.scrub.bytes"), wording::size);
        add(figures, "scrub.recordings", counted("liuhen.scrub.recordings"), wording::number);
        add(figures, "scrub.rot", counted("liuhen.scrub.rot"), wording::number);
        add(figures, "scrub.repaired", counted("liuhen.scrub.repaired"), wording::number);
        add(
                figures,
                "scrub.oldest",
                gauge("liuhen.scrub.oldest.unchecked.seconds"),
                seconds -> wording.decimal(seconds / SECONDS_OF_A_DAY));
        return new Section("scrub", figures);
    }

    private Section media() {
        List<Figure> figures = new ArrayList<>();
        add(figures, "media.queue", gauge("liuhen.media.queue"), wording::number);
        add(figures, "media.running", gauge("liuhen.media.running"), wording::number);
        add(figures, "media.setbacks", gauge("liuhen.media.setbacks"), wording::number);
        quantiles(figures, "media.time", "liuhen.media.time");
        return new Section("media", figures);
    }

    private Section retention() {
        List<Figure> figures = new ArrayList<>();
        OptionalDouble last = gauge("liuhen.retention.last.run.seconds");
        add(
                figures,
                "retention.last",
                last.isPresent() && last.getAsDouble() > 0 ? last : OptionalDouble.empty(),
                seconds -> wording.time(Instant.ofEpochSecond((long) seconds)));
        for (String step : new String[] {"announced", "cancelled", "erased", "failed"}) {
            add(figures, "retention." + step, counted("liuhen.retention." + step), wording::number);
        }
        add(figures, "retention.bytes", counted("liuhen.retention.erased.bytes"), wording::size);
        return new Section("retention", figures);
    }

    private Section catalog() throws StorageFailure {
        List<Figure> figures = new ArrayList<>();
        sources.catalog()
                .sizes()
                .forEach((name, size) -> figures.add(new Figure(wording.name("size", name), wording.number(size))));
        figures.add(new Figure(wording.say("figure.ledger"), wording.number((double)
                sources.catalog().ledger().head().size())));
        return new Section("catalog", figures);
    }

    private void add(List<Figure> figures, String key, OptionalDouble value, DoubleFunction<String> writing) {
        figures.add(new Figure(
                wording.say("figure." + key),
                value.isPresent() && Double.isFinite(value.getAsDouble())
                        ? writing.apply(value.getAsDouble())
                        : wording.say("figure.none")));
    }

    private OptionalDouble gauge(String name) {
        Gauge gauge = meters.find(name).gauge();
        return gauge == null ? OptionalDouble.empty() : OptionalDouble.of(gauge.value());
    }

    private OptionalDouble counted(String name) {
        Collection<Counter> counters = meters.find(name).counters();
        return OptionalDouble.of(counters.stream().mapToDouble(Counter::count).sum());
    }

    /** The median and the slowest hundredth, over all meters of the name. */
    private void quantiles(List<Figure> figures, String key, String name) {
        Collection<Timer> timers = meters.find(name).timers();
        add(figures, key + ".p50", quantile(timers, 0.5), wording::took);
        add(figures, key + ".p99", quantile(timers, 0.99), wording::took);
    }

    /** From the buckets where the registry keeps some; the mean and the maximum where it does not. */
    static OptionalDouble quantile(Collection<Timer> timers, double share) {
        List<HistogramSnapshot> snapshots = timers.stream()
                .map(Timer::takeSnapshot)
                .filter(snapshot -> snapshot.count() > 0)
                .toList();
        if (snapshots.isEmpty()) {
            return OptionalDouble.empty();
        }
        CountAtBucket[] first = snapshots.get(0).histogramCounts();
        boolean alike = first.length > 0
                && snapshots.stream().allMatch(snapshot -> snapshot.histogramCounts().length == first.length);
        if (!alike) {
            double total = snapshots.stream()
                    .mapToDouble(snapshot -> snapshot.total(TimeUnit.SECONDS))
                    .sum();
            double count = (double)
                    snapshots.stream().mapToLong(HistogramSnapshot::count).sum();
            return share > 0.5
                    ? snapshots.stream()
                            .mapToDouble(snapshot -> snapshot.max(TimeUnit.SECONDS))
                            .max()
                    : OptionalDouble.of(total / count);
        }
        double[] counts = new double[first.length];
        for (HistogramSnapshot snapshot : snapshots) {
            CountAtBucket[] buckets = snapshot.histogramCounts();
            for (int i = 0; i < counts.length; i++) {
                counts[i] += buckets[i].count();
            }
        }
        double all = Arrays.stream(counts).max().orElse(0);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] >= share * all) {
                return OptionalDouble.of(first[i].bucket(TimeUnit.SECONDS));
            }
        }
        return OptionalDouble.empty();
    }
}
