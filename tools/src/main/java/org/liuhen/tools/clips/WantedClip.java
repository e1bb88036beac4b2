package org.liuhen.tools.clips;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.clip.InvalidClip;
import org.liuhen.ingest.media.clip.Mask;
import org.liuhen.ingest.media.clip.MaskKey;
import org.liuhen.ingest.media.clip.Stretch;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;

/**
 * A clip as somebody asks for it.
 *
 * @param recordings one for each part of the order
 * @param exact whether it begins and ends with the very picture; otherwise at the key pictures around
 * @param reason why it is wanted, for custody
 * @param leftOut what belongs to what is shown, but cannot be
 * @param heard a device that is to be heard where several are shown; null if the order says which part
 */
public record WantedClip(
        List<RecordingId> recordings,
        ClipOrder order,
        boolean exact,
        @Nullable String reason,
        List<RecordingId> leftOut,
        @Nullable DeviceId heard) {
    private static final double NANOS = 1e9;
    private static final int MAX_REASON = 1_000;
    /** So much the files of one device may overlap that follow each other. */
    private static final double OVERLAP_SECONDS = 2;

    private static final Set<String> OF_PART = Set.of("recording", "from", "to", "at", "masks", "mute", "disguise");
    private static final Set<String> OF_CLIP = Set.of("parts", "arrangement", "sound", "exact", "reason");

    public WantedClip {
        recordings = List.copyOf(recordings);
        leftOut = List.copyOf(leftOut);
        boolean plain = order.parts().size() == 1
                && order.parts().get(0).masks().isEmpty()
                && !order.parts().get(0).changesSound();
        exact = exact || !plain;
        if (reason != null && reason.length() > MAX_REASON) {
            throw new InvalidField("reason", "is longer than " + MAX_REASON + " characters");
        }
        if (heard != null && order.arrangement() != ClipOrder.Arrangement.BESIDE) {
            throw new InvalidField("sound", heard + " (expected: a device only where recordings are side by side)");
        }
    }

    /** An excerpt of one recording. */
    public static WantedClip of(
            RecordingId recording, double fromSeconds, double toSeconds, boolean exact, @Nullable String reason) {
        return new WantedClip(
                List.of(recording),
                said("clip", () -> ClipOrder.of(ClipPart.of(fromSeconds, toSeconds))),
                exact,
                reason,
                List.of(),
                null);
    }

    WantedClip leavingOut(List<RecordingId> others) {
        return new WantedClip(recordings, order, exact, reason, others, heard);
    }

    /**
     * The same, each part side by side when it was by the clocks of the recordings, unless somebody has said when. Parts
     * of one device that follow each other share a cell.
     *
     * @param sources the recordings, one for each part
     */
    WantedClip placed(List<Recording> sources) {
        if (order.arrangement() != ClipOrder.Arrangement.BESIDE) {
            return this;
        }
        List<Double> begins = new ArrayList<>();
        boolean said = order.parts().stream().anyMatch(part -> part.atSeconds() > 0);
        for (int i = 0; i < sources.size(); i++) {
            ClipPart part = order.parts().get(i);
            double clock =
                    Duration.between(sources.get(0).from(), sources.get(i).from())
                                    .toNanos()
                            / NANOS;
            begins.add(said ? part.atSeconds() : clock + part.span().fromSeconds());
        }
        double first = said ? 0 : Collections.min(begins);
        List<Lane> lanes = new ArrayList<>();
        ClipPart[] parts = new ClipPart[begins.size()];
        IntStream.range(0, begins.size())
                .boxed()
                .sorted(Comparator.comparing(begins::get))
                .forEach(i -> {
                    ClipPart part = order.parts().get(i);
                    double at = begins.get(i) - first;
                    double end = at + part.span().toSeconds() - part.span().fromSeconds();
                    int cell = lane(lanes, new Lane(sources.get(i).device(), end), at);
                    parts[i] = said("parts", () -> part.at(at, cell));
                });
        return new WantedClip(
                recordings,
                said("parts", () -> new ClipOrder(order.arrangement(), soundOf(sources), List.of(parts))),
                true,
                reason,
                leftOut,
                heard);
    }

    private int soundOf(List<Recording> sources) {
        if (heard == null) {
            return order.soundOf();
        }
        List<DeviceId> shown = sources.stream().map(Recording::device).toList();
        if (!shown.contains(heard)) {
            throw new InvalidField(
                    "sound",
                    heard + " (expected: a device that is shown: "
                            + shown.stream().distinct().map(DeviceId::value).collect(Collectors.joining(", ")) + ")");
        }
        return shown.indexOf(heard);
    }

    /** What is shown in a cell so far: a device, until a second of the clip. */
    private record Lane(DeviceId device, double endSeconds) {}

    private static int lane(List<Lane> lanes, Lane shown, double atSeconds) {
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get(i);
            if (lane.device().equals(shown.device()) && atSeconds > lane.endSeconds() - OVERLAP_SECONDS) {
                lanes.set(i, shown);
                return i;
            }
        }
        lanes.add(shown);
        return lanes.size() - 1;
    }

    /** Reads one: either {@code parts}, or the members of a single part beside the rest. Unknown members are refused. */
    public static WantedClip of(JsonNode json) {
        if (!json.isObject()) {
            throw new InvalidField("body", "is no JSON object");
        }
        boolean single = !json.has("parts");
        json.fieldNames().forEachRemaining(name -> {
            if (!OF_CLIP.contains(name) && !(single && OF_PART.contains(name))) {
                throw new InvalidField(name, "is unknown here");
            }
        });
        List<RecordingId> recordings = new ArrayList<>();
        List<ClipPart> parts = new ArrayList<>();
        if (single) {
            parts.add(part("", json, recordings));
        } else {
            each("parts", json, (name, node) -> {
                node.fieldNames().forEachRemaining(member -> {
                    if (!OF_PART.contains(member)) {
                        throw new InvalidField(name + "." + member, "is unknown here");
                    }
                });
                return parts.add(part(name + ".", node, recordings));
            });
        }
        JsonNode sound = json.path("sound");
        ClipOrder order = said(
                "clip",
                () -> new ClipOrder(
                        json.has("arrangement")
                                ? choice("arrangement", json.get("arrangement"), ClipOrder.Arrangement.values())
                                : ClipOrder.Arrangement.SEQUENCE,
                        json.has("sound") && !sound.isTextual() ? (int) number("sound", sound) : 0,
                        parts));
        JsonNode exact = json.path("exact");
        if (!exact.isMissingNode() && !exact.isBoolean()) {
            throw new InvalidField("exact", exact + " (expected: true or false)");
        }
        JsonNode reason = json.path("reason");
        if (!reason.isMissingNode() && !reason.isNull() && !reason.isTextual()) {
            throw new InvalidField("reason", reason + " (expected: text)");
        }
        return new WantedClip(
                recordings,
                order,
                exact.asBoolean(true),
                reason.isTextual() ? reason.textValue() : null,
                List.of(),
                sound.isTextual() ? new DeviceId(sound.textValue()) : null);
    }

    private static ClipPart part(String at, JsonNode json, List<RecordingId> recordings) {
        JsonNode recording = json.path("recording");
        if (!recording.isTextual()) {
            throw new InvalidField(at + "recording", "is missing");
        }
        recordings.add(new RecordingId(recording.textValue()));
        List<Mask> masks = each(at + "masks", json.path("masks"), WantedClip::mask);
        List<Stretch> mutes = each(at + "mute", json.path("mute"), WantedClip::span);
        List<Stretch> disguises = each(at + "disguise", json.path("disguise"), WantedClip::span);
        Stretch span = span(at.isEmpty() ? "clip" : at, json);
        double shown = json.has("at") ? number(at + "at", json.get("at")) : 0;
        return said(at + "at", () -> new ClipPart(span, shown, 0, masks, mutes, disguises));
    }

    /** A list of masks as it stands in a file of its own. */
    public static List<Mask> masks(JsonNode list) {
        return each("masks", list, WantedClip::mask);
    }

    private static Mask mask(String at, JsonNode json) {
        strictly(at, json, Set.of("from", "to", "kind", "keys"));
        Mask.Kind kind = choice(at + ".kind", json.path("kind"), Mask.Kind.values());
        Stretch span = span(at, json);
        List<MaskKey> keys = each(at + ".keys", json.path("keys"), (name, key) -> {
            strictly(name, key, Set.of("at", "x", "y", "w", "h"));
            Function<String, Double> member = part -> number(name + "." + part, key.path(part));
            return said(
                    name,
                    () -> new MaskKey(
                            member.apply("at"),
                            member.apply("x"),
                            member.apply("y"),
                            member.apply("w"),
                            member.apply("h")));
        });
        return said(at, () -> new Mask(span, kind, keys));
    }

    private static void strictly(String at, JsonNode json, Set<String> members) {
        if (!json.isObject()) {
            throw new InvalidField(at, "is no JSON object");
        }
        json.fieldNames().forEachRemaining(member -> {
            if (!members.contains(member)) {
                throw new InvalidField(at + "." + member, "is unknown here");
            }
        });
    }

    private static Stretch span(String at, JsonNode json) {
        String before = at.isEmpty() || at.endsWith(".") ? at : at + ".";
        double from = number(before + "from", json.path("from"));
        double to = number(before + "to", json.path("to"));
        return said(at, () -> new Stretch(from, to));
    }

    private interface Reading<T> {
        T read(String at, JsonNode json);
    }

    private static <T> List<T> each(String at, JsonNode list, Reading<T> reading) {
        JsonNode items = at.equals("parts") ? list.path("parts") : list;
        List<T> read = new ArrayList<>();
        if (items.isMissingNode() || items.isNull()) {
            return read;
        }
        if (!items.isArray() || items.size() > ClipOrder.MOST_KEYS) {
            throw new InvalidField(at, "is no list of at most " + ClipOrder.MOST_KEYS);
        }
        for (JsonNode item : items) {
            read.add(reading.read(at + "[" + read.size() + "]", item));
        }
        return read;
    }

    static double number(String name, JsonNode json) {
        if (!json.isNumber() || !Double.isFinite(json.asDouble())) {
            throw new InvalidField(
                    name, (json.isMissingNode() ? "is missing" : json.toString()) + " (expected: a number)");
        }
        return json.asDouble();
    }

    private static <E extends Enum<E>> E choice(String name, JsonNode json, E[] values) {
        List<String> names = new ArrayList<>();
        for (E value : values) {
            String label = value.name().toLowerCase(Locale.ROOT);
            if (json.isTextual() && json.textValue().equals(label)) {
                return value;
            }
            names.add(label);
        }
        throw new InvalidField(
                name,
                (json.isMissingNode() ? "is missing" : json.toString()) + " (expected: " + String.join(" or ", names)
                        + ")");
    }

    private interface Making<T> {
        T make();
    }

    private static <T> T said(String field, Making<T> making) {
        try {
            return making.make();
        } catch (InvalidClip e) {
            InvalidField invalid = new InvalidField(field, String.valueOf(e.getMessage()));
            invalid.initCause(e);
            throw invalid;
        }
    }
}
