package org.liuhen.tools.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.MediaJobs;
import org.liuhen.ingest.media.sandbox.Sandbox;
import org.liuhen.ingest.media.sandbox.SandboxMode;

/** How media work is doing, for machines and people that watch it: what it runs in, and how far it is. */
final class MediaState {
    private final SandboxMode mode;
    private final @Nullable MediaJobs jobs;

    /** @param jobs null if nothing is made playable here */
    MediaState(SandboxMode mode, @Nullable MediaJobs jobs, MeterRegistry meters) {
        this.mode = mode;
        this.jobs = jobs;
        if (jobs != null) {
            boolean sandboxed = Sandbox.of(mode).isThere();
            Gauge.builder("liuhen.media.sandboxed", () -> sandboxed ? 1 : 0)
                    .description("Whether media children run in a sandbox")
                    .register(meters);
        }
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
