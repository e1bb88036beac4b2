package org.liuhen.tools.portal.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanguageTest {
    @Test
    void the_most_wanted_known_language_is_spoken() {
        assertThat(Language.preferred(Optional.of("zh-CN,zh;q=0.9,en;q=0.8"))).isEqualTo(Language.CHINESE);
        assertThat(Language.preferred(Optional.of("en-GB;q=0.9, zh-Hant;q=0.95")))
                .isEqualTo(Language.CHINESE);
        assertThat(Language.preferred(Optional.of("fr, de, en;q=0.1"))).isEqualTo(Language.ENGLISH);
        assertThat(Language.preferred(Optional.of("zh;q=0, en"))).isEqualTo(Language.ENGLISH);
    }

    @Test
    void english_is_spoken_to_whoever_says_nothing_understandable() {
        for (String field : List.of("", "*", ";;;", "zh;q=x", "zh;q=9", ",".repeat(400), "z".repeat(501), "\u0000")) {
            assertThat(Language.preferred(Optional.of(field))).as(field).isEqualTo(Language.ENGLISH);
        }
        assertThat(Language.preferred(Optional.empty())).isEqualTo(Language.ENGLISH);
    }
}
