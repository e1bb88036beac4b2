package org.liuhen.storage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/**
 * A sentence and what is to be put into it, so that it can be read in any language.
 *
 * @param sentence the label of a {@link Sentence}; one of a later version is kept as it is
 * @param values by their names in the sentence
 */
public record Said(String sentence, Map<String, String> values) {
    public Said {
        values = Map.copyOf(values);
    }

    /**
     * Says a sentence.
     *
     * @param namesAndValues in turns, one of each place
     * @throws IllegalArgumentException if places and names are not the same
     */
    public static Said of(Sentence sentence, Object... namesAndValues) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            values.put(String.valueOf(namesAndValues[i]), String.valueOf(namesAndValues[i + 1]));
        }
        if (!values.keySet().equals(sentence.places())) {
            throw new IllegalArgumentException("values: " + values.keySet() + " (expected: " + sentence.places()
                    + ", sentence=" + sentence.label() + ")");
        }
        return new Said(sentence.label(), values);
    }

    /** In English; its values alone if the sentence is not known here. */
    public String english() {
        return Sentence.ofLabel(sentence)
                .map(known -> in(known.english()))
                .orElseGet(() -> String.join(", ", values.values()));
    }

    /** The text with the values in their places; a place without value stays. */
    public String in(String text) {
        return Sentence.PLACE
                .matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), place.group())));
    }

    public static String english(List<Said> all) {
        return all.stream().map(Said::english).collect(Collectors.joining("; "));
    }
}
