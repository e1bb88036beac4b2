package org.liuhen.ingest.media.clip;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A clip as it is wanted. It travels to a child as words, see {@link #words}.
 *
 * @param soundOf a part; when they are side by side its cell is heard
 */
public record ClipOrder(Arrangement arrangement, int soundOf, List<ClipPart> parts) {
    public static final double FARTHEST_SECONDS = 1e7;
    public static final double MOST_SECONDS = 24 * 3600;
    public static final int MOST_PARTS = 50;
    public static final int MOST_CELLS = 4;
    public static final int MOST_MASKS = 100;
    public static final int MOST_KEYS = 10_000;
    public static final int MOST_SPANS = 1_000;

    /** How several recordings come together. */
    public enum Arrangement {
        /** One after another. */
        SEQUENCE,
        /** Side by side in cells, up to {@value ClipOrder#MOST_CELLS}. */
        BESIDE
    }

    public ClipOrder {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MOST_PARTS) {
            throw new InvalidClip("parts: " + parts.size() + " (expected: 1 to " + MOST_PARTS + ")");
        }
        if (soundOf < 0 || soundOf >= parts.size()) {
            throw new InvalidClip("sound: " + soundOf + " (expected: the number of a part, from 0)");
        }
        check("masks", parts.stream().mapToLong(part -> part.masks().size()).sum(), MOST_MASKS);
        check(
                "keys",
                parts.stream()
                        .flatMap(part -> part.masks().stream())
                        .mapToLong(mask -> mask.keys().size())
                        .sum(),
                MOST_KEYS);
        check(
                "spans of sound",
                parts.stream()
                        .mapToLong(
                                part -> part.mutes().size() + part.disguises().size())
                        .sum(),
                MOST_SPANS);
        double seconds = seconds(arrangement, parts);
        if (seconds > MOST_SECONDS) {
            throw new InvalidClip("clip: " + seconds + " seconds (expected: at most " + MOST_SECONDS + ")");
        }
    }

    private static double seconds(Arrangement arrangement, List<ClipPart> parts) {
        double seconds = 0;
        for (ClipPart part : parts) {
            double length = part.span().toSeconds() - part.span().fromSeconds();
            seconds =
                    arrangement == Arrangement.BESIDE ? Math.max(seconds, part.atSeconds() + length) : seconds + length;
        }
        return seconds;
    }

    private static void check(String what, long count, int most) {
        if (count > most) {
            throw new InvalidClip(what + ": " + count + " (expected: at most " + most + ")");
        }
    }

    /** One recording's excerpt. */
    public static ClipOrder of(ClipPart part) {
        return new ClipOrder(Arrangement.SEQUENCE, 0, List.of(part));
    }

    /** How many places the picture has that shows recordings side by side. */
    public int cells() {
        return 1 + parts.stream().mapToInt(ClipPart::cell).max().orElse(0);
    }

    /** How long the clip is, at most. */
    public double seconds() {
        return seconds(arrangement, parts);
    }

    /**
     * This order in words: the arrangement, which part is heard, and for each part its input, when, and what is hidden
     * ({@code part FROM TO AT CELL}, then any number of {@code mute FROM TO}, {@code disguise FROM TO}, {@code mask KIND FROM
     * TO AT X Y W H…}).
     *
     * @param inputs a path for each part, absolute
     */
    public List<String> words(List<String> inputs) {
        List<String> words = new ArrayList<>(List.of(name(arrangement), Integer.toString(soundOf)));
        for (int i = 0; i < parts.size(); i++) {
            ClipPart part = parts.get(i);
            words.add(inputs.get(i));
            words.add("part " + numbers(part.span()) + " " + part.atSeconds() + " " + part.cell());
            part.mutes().forEach(span -> words.add("mute " + numbers(span)));
            part.disguises().forEach(span -> words.add("disguise " + numbers(span)));
            for (Mask mask : part.masks()) {
                words.add("mask " + name(mask.kind()) + " " + numbers(mask.span()) + " "
                        + mask.keys().stream().map(ClipOrder::numbers).collect(Collectors.joining(" ")));
            }
        }
        return words;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String numbers(Stretch span) {
        return span.fromSeconds() + " " + span.toSeconds();
    }

    private static String numbers(MaskKey key) {
        return key.atSeconds() + " " + key.x() + " " + key.y() + " " + key.width() + " " + key.height();
    }

    /** What {@link #words} said; the inputs go into {@code inputs}. */
    public static ClipOrder of(List<String> words, List<String> inputs) {
        List<ClipPart> parts = new ArrayList<>();
        for (String word : words.subList(2, words.size())) {
            String[] pieces = word.split(" ");
            int last = parts.size() - 1;
            switch (pieces[0]) {
                case "part" ->
                    parts.add(ClipPart.of(number(pieces[1]), number(pieces[2]))
                            .at(number(pieces[3]), Integer.parseInt(pieces[4])));
                case "mute" -> parts.set(last, with(parts.get(last), span(pieces, 1), null, null));
                case "disguise" -> parts.set(last, with(parts.get(last), null, span(pieces, 1), null));
                case "mask" -> parts.set(last, with(parts.get(last), null, null, mask(pieces)));
                default -> inputs.add(word);
            }
        }
        if (inputs.size() != parts.size()) {
            throw new InvalidClip("inputs: " + inputs.size() + " (expected: " + parts.size() + ")");
        }
        Arrangement arrangement = Arrangement.valueOf(words.get(0).toUpperCase(Locale.ROOT));
        return new ClipOrder(arrangement, Integer.parseInt(words.get(1)), parts);
    }

    private static ClipPart with(
            ClipPart part, @Nullable Stretch mute, @Nullable Stretch disguise, @Nullable Mask mask) {
        return new ClipPart(
                part.span(),
                part.atSeconds(),
                part.cell(),
                more(part.masks(), mask),
                more(part.mutes(), mute),
                more(part.disguises(), disguise));
    }

    private static <T> List<T> more(List<T> list, @Nullable T value) {
        List<T> longer = new ArrayList<>(list);
        if (value != null) {
            longer.add(value);
        }
        return longer;
    }

    private static Mask mask(String[] pieces) {
        List<MaskKey> keys = new ArrayList<>();
        double[] numbers =
                Arrays.stream(pieces).skip(4).mapToDouble(ClipOrder::number).toArray();
        for (int i = 0; i + 4 < numbers.length; i += 5) {
            keys.add(new MaskKey(numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3], numbers[i + 4]));
        }
        return new Mask(span(pieces, 2), Mask.Kind.valueOf(pieces[1].toUpperCase(Locale.ROOT)), keys);
    }

    private static Stretch span(String[] pieces, int at) {
        return new Stretch(number(pieces[at]), number(pieces[at + 1]));
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }
}
