package org.liuhen.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import org.liuhen.storage.Recording;

/** The figures of uploads. Safe for many threads. */
final class UploadMeters {
    private final MeterRegistry registry;
    private final AtomicInteger active;
    private final Gauge activeGauge;
    private final Counter bytes;
    private final Counter sealed;
    private final Counter sealedAgain;
    private final Counter late;
    private final Timer acknowledge;

    UploadMeters(MeterRegistry registry) {
        this.registry = registry;
        this.active = new AtomicInteger();
        this.activeGauge = Gauge.builder("liuhen.upload.active", active, AtomicInteger::get)
                .strongReference(true)
                .description("Uploads whose bytes are arriving at present")
                .register(registry);
        this.bytes = Counter.builder("liuhen.upload.bytes")
                .baseUnit("bytes")
                .description("Bytes of recordings received")
                .register(registry);
        this.sealed = sealedCounter(registry, false);
        this.sealedAgain = sealedCounter(registry, true);
        this.late = Counter.builder("liuhen.upload.late")
                .description("Recordings received later than footage is to be handed in")
                .register(registry);
        this.acknowledge = Timer.builder("liuhen.upload.acknowledge")
                .description("From the last byte of a body to the answer that makes it durable")
                .publishPercentileHistogram()
                .register(registry);
    }

    private static Counter sealedCounter(MeterRegistry registry, boolean again) {
        return Counter.builder("liuhen.upload.sealed")
                .description("Uploads that became a recording, or arrived again as one")
                .tag("again", Boolean.toString(again))
                .register(registry);
    }

    void began() {
        active.incrementAndGet();
    }

    void ended() {
        active.decrementAndGet();
    }

    void received(int count) {
        bytes.increment(count);
    }

    Timer.Sample bodyEnded() {
        return Timer.start(registry);
    }

    void answered(Timer.Sample sample) {
        sample.stop(acknowledge);
    }

    /** @param recording just received */
    void received(Recording recording) {
        if (recording.findings().stream().anyMatch(finding -> finding.kind().equals("late-upload"))) {
            late.increment();
        }
    }

    void sealed(boolean again) {
        (again ? sealedAgain : sealed).increment();
    }

    /** @param reason a problem's type, for example {@code too-long}; from a small fixed set */
    void refused(String reason) {
        registry.counter("liuhen.upload.refused", "reason", reason).increment();
    }

    /** Takes back what belongs to this alone. */
    void close() {
        registry.remove(activeGauge);
    }
}
