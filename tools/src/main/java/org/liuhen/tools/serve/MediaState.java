package org.liuhen.tools.serve;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.MediaJobs;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.sandbox.GraphicsHardware;
import org.liuhen.ingest.media.sandbox.Sandbox;
import org.liuhen.ingest.media.sandbox.SandboxMode;
import org.liuhen.storage.RecordingId;

/** How media work is doing, for machines and people that watch it: what it runs in, and how far it is. */
final class MediaState {
    private final SandboxMode mode;
    private final GraphicsHardware hardware;
    private final @Nullable MediaJobs jobs;

    /** @param jobs null if nothing is made playable here */
    MediaState(MediaSettings settings, @Nullable MediaJobs jobs, MeterRegistry meters) {
        this.mode = settings.sandbox();
        this.hardware = settings.hardware();
        this.jobs = jobs;
        if (jobs != null) {
            boolean sandboxed = Sandbox.of(mode).isThere();
            Gauge.builder("liuhen.media.sandboxed", () -> sandboxed ? 1 : 0)
                    .description("Whether media children run in a sandbox")
                    .register(meters);
            count("used", GraphicsHardware::used, meters);
            count("software-instead", GraphicsHardware::fallenBack, meters);
        }
    }

    private void count(String result, ToDoubleFunction<GraphicsHardware> value, MeterRegistry meters) {
        FunctionCounter.builder("liuhen.media.hardware", hardware, value)
                .tag("result", result)
                .description("Pieces of media work that were meant for graphics hardware")
                .register(meters);
    }

    /** What somebody should look after, though uploads are taken. */
    List<String> warnings() {
        Map<RecordingId, String> setbacks = jobs == null ? Map.of() : jobs.setbacks();
        return setbacks.entrySet().stream()
                .min(Map.Entry.comparingByKey(Comparator.comparing(RecordingId::hex)))
                .map(first ->
                        List.of("media: " + setbacks.size() + " recordings could not be looked over, one of them: "
                                + first.getKey() + ": " + first.getValue()))
                .orElse(List.of());
    }

    Map<String, Object> document() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (jobs == null) {
            json.put("works", false);
            return json;
        }
        json.put("works", true);
        Sandbox sandbox = Sandbox.of(mode);
        json.put("sandbox", sandbox.missing().map(why -> "none: " + why).orElse("bubblewrap"));
        json.put("hardware", hardware.description());
        json.put("hardwareUsed", hardware.used());
        json.put("softwareInstead", hardware.fallenBack());
        hardware.trouble().ifPresent(why -> json.put("hardwareTrouble", why));
        json.put("paused", jobs.isHeld());
        List<Map<String, Object>> running = new ArrayList<>();
        jobs.underWay().forEach((recording, seconds) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("recording", recording.toString());
            one.put("seconds", seconds);
            running.add(one);
        });
        json.put("running", running);
        return json;
    }
}
