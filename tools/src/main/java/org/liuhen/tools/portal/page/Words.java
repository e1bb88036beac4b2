package org.liuhen.tools.portal.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.storage.Sentence;

/** Everything the pages say in one language: the bundle {@code messages_<label>.properties} beside this class. */
public final class Words {
    /** The family of what findings say, which is at home in {@link Sentence} as far as it is English. */
    static final String SAID = "said";

    private static final Map<Language, Words> SPOKEN = Map.of(
            Language.ENGLISH, new Words(Language.ENGLISH),
            Language.CHINESE, new Words(Language.CHINESE));

    private static final Pattern PLACE = Pattern.compile("\\{([0-9])}");

    private final Map<String, String> texts = new TreeMap<>();

    private Words(Language language) {
        String name = "messages_" + language.label() + ".properties";
        Properties bundle = new Properties();
        try (InputStream in = Words.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("messages: " + name + " is missing (expected: beside Words)");
            }
            bundle.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bundle.stringPropertyNames().forEach(key -> texts.put(key, bundle.getProperty(key)));
        if (language == Language.ENGLISH) {
            for (Sentence sentence : Sentence.values()) {
                texts.put(SAID + "." + sentence.label(), sentence.english());
            }
        }
    }

    public static Words of(Language language) {
        Words words = SPOKEN.get(language);
        if (words == null) {
            throw new IllegalArgumentException("language: " + language + " (expected: one that is spoken)");
        }
        return words;
    }

    /**
     * The text of {@code key}, in which {@code {0}}, {@code {1}}… stand for the arguments.
     *
     * @throws IllegalArgumentException if there is no such text
     */
    public String say(String key, Object... arguments) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("message: " + key + " (expected: a key of the bundle)");
        }
        return PLACE.matcher(text).replaceAll(place -> {
            int argument = Integer.parseInt(place.group(1));
            return Matcher.quoteReplacement(
                    argument < arguments.length ? String.valueOf(arguments[argument]) : place.group());
        });
    }

    /** What people call {@code label} of a family such as {@code state}; empty if it has no other name. */
    public Optional<String> name(String family, String label) {
        return Optional.ofNullable(texts.get(family + "." + label));
    }

    public Set<String> keys() {
        return texts.keySet();
    }
}
