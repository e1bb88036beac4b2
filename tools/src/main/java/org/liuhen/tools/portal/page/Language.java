package org.liuhen.tools.portal.page;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A language the pages speak. */
public enum Language {
    ENGLISH("en", "en", "English"),
    CHINESE("zh", "zh-CN", "中文");

    /** Longer fields are not looked at: no browser sends them. */
    private static final int LONGEST_ACCEPT_LANGUAGE = 500;

    private final String label;
    private final String tag;
    private final String ownName;

    Language(String label, String tag, String ownName) {
        this.label = label;
        this.tag = tag;
        this.ownName = ownName;
    }

    /** The name in cookies, forms and message bundles, for example {@code zh}. */
    public String label() {
        return label;
    }

    /** The value of {@code lang} in a page. */
    public String tag() {
        return tag;
    }

    /** What its speakers call it. */
    public String ownName() {
        return ownName;
    }

    /** The language with this label. */
    public static Optional<Language> ofLabel(String label) {
        for (Language language : values()) {
            if (language.label.equals(label)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    /**
     * What a browser that sends this {@code Accept-Language} field would rather read; English if it tells nothing we
     * know. Source: RFC 9110 12.5.4.
     */
    public static Language preferred(Optional<String> acceptLanguage) {
        return acceptLanguage
                .filter(field -> field.length() <= LONGEST_ACCEPT_LANGUAGE)
                .flatMap(Language::firstKnown)
                .orElse(ENGLISH);
    }

    private static Optional<Language> firstKnown(String acceptLanguage) {
        List<Locale.LanguageRange> ranges;
        try {
            ranges = Locale.LanguageRange.parse(acceptLanguage);
        } catch (IllegalArgumentException ignored) {
            // a field nobody can read asks for nothing
            return Optional.empty();
        }
        return ranges.stream()
                .filter(range -> range.getWeight() > 0)
                .map(range -> range.getRange().split("-", 2)[0])
                .map(Language::ofLabel)
                .flatMap(Optional::stream)
                .findFirst();
    }
}
