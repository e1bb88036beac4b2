package org.liuhen.tools.clips;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.media.ClipReport;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.clip.Mask;
import org.liuhen.ingest.media.clip.Stretch;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.evidence.Receipt;

/**
 * The paper that goes with a clip: which recordings it was cut from and their fingerprints, what was wanted and what it
 * really spans, by the clock of the recording, of the device and corrected, what was copied, encoded again and hidden,
 * who cut it, when and why, its own fingerprint, and for each recording the receipt that a stranger checks.
 */
final class Sidecar {
    static final String FORMAT = "liuhen-clip-1";
    private static final double NANOS = 1e9;
    private static final String REPAIRED =
            "the original has lost its index: the clip was cut from what was got back of it, with this"
                    + " fingerprint, and its times are reckoned, not recorded";

    private Sidecar() {}

    /**
     * A recording that went into a clip, and the proof of it.
     *
     * @param regained what was cut instead of the original, if that has lost its index
     */
    record Source(Recording recording, ClipPart part, Receipt receipt, ClipInputs.@Nullable Regained regained) {}

    static ObjectNode of(
            WantedClip wanted,
            List<Source> sources,
            ClipReport report,
            String sha256,
            long sizeBytes,
            Principal who,
            Instant at) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("format", FORMAT);
        ObjectNode clip = json.putObject("clip");
        clip.put("sha256", sha256).put("size", sizeBytes).put("contentType", "video/mp4");
        json.put("cutBy", who.actor().value());
        json.put("cutAt", at.toString());
        json.put("reason", wanted.reason());
        json.put("exact", wanted.exact());
        json.put("arrangement", wanted.order().arrangement().name().toLowerCase(java.util.Locale.ROOT));
        ObjectNode pictures = json.putObject("pictures");
        pictures.put("copied", report.copied()).put("encoded", report.encoded()).put("masked", report.masked());
        if (!report.notJoined().isEmpty()) {
            pictures.put("notCopiedBecause", report.notJoined());
        }
        json.put("sound", report.sound());
        if (wanted.order().arrangement() == ClipOrder.Arrangement.BESIDE) {
            Recording heard = sources.get(wanted.order().soundOf()).recording();
            json.put("heard", heard.device().value());
        }
        ArrayNode list = json.putArray("sources");
        for (int i = 0; i < sources.size(); i++) {
            list.add(source(sources.get(i), report, i));
        }
        if (!wanted.leftOut().isEmpty()) {
            ArrayNode leftOut = json.putArray("leftOut");
            wanted.leftOut().forEach(recording -> leftOut.add(recording.hex()));
        }
        return json;
    }

    private static ObjectNode source(Source source, ClipReport report, int number) {
        Recording recording = source.recording();
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("recording", recording.id().hex());
        json.put("device", recording.device().value());
        json.put("filename", recording.filename());
        json.put("sha256", recording.fingerprint().hex());
        json.put("size", recording.sizeBytes());
        ClipInputs.Regained regained = source.regained();
        if (regained != null) {
            json.putObject("repaired")
                    .put("sha256", regained.sha256())
                    .put("size", regained.sizeBytes())
                    .put("note", REPAIRED);
        }
        json.set("wanted", span(source.part().span()));
        ClipReport.Part real = report.parts().get(number);
        json.putObject("real").put("from", real.fromSeconds()).put("to", real.toSeconds());
        times(json.putObject("time"), recording.from(), real);
        Instant device = recording.deviceFrom();
        if (device != null) {
            times(json.putObject("deviceTime"), device, real);
        }
        ArrayNode treated = json.putArray("treated");
        report.stretches().stream()
                .filter(stretch -> stretch.part() == number)
                .forEach(stretch -> treated.addObject()
                        .put("what", stretch.what())
                        .put("first", stretch.firstSeconds())
                        .put("last", stretch.lastSeconds()));
        ArrayNode masks = json.putArray("masks");
        for (Mask mask : source.part().masks()) {
            masks.addObject()
                    .put("from", mask.span().fromSeconds())
                    .put("to", mask.span().toSeconds())
                    .put("kind", mask.kind().name().toLowerCase(java.util.Locale.ROOT));
        }
        spans(json.putArray("muted"), source.part().mutes());
        spans(json.putArray("disguised"), source.part().disguises());
        json.set("receipt", StoredJson.MAPPER.valueToTree(source.receipt()));
        return json;
    }

    private static void spans(ArrayNode list, List<Stretch> spans) {
        spans.forEach(span -> list.add(span(span)));
    }

    private static ObjectNode span(Stretch span) {
        return StoredJson.MAPPER
                .createObjectNode()
                .put("from", span.fromSeconds())
                .put("to", span.toSeconds());
    }

    private static void times(ObjectNode json, @Nullable Instant start, ClipReport.Part real) {
        if (start != null) {
            json.put("from", start.plus(seconds(real.fromSeconds())).toString());
            json.put("to", start.plus(seconds(real.toSeconds())).toString());
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * NANOS));
    }
}
