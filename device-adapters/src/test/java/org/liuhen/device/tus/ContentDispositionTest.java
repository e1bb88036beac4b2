package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.InvalidField;

class ContentDispositionTest {
    @Test
    void the_name_is_found_however_it_is_written() {
        assertThat(ContentDisposition.filename("attachment; filename=a.mp4")).contains("a.mp4");
        assertThat(ContentDisposition.filename("attachment;FileName = \"a \\\"b\\\".mp4\"; x=y"))
                .contains("a \"b\".mp4");
        assertThat(ContentDisposition.filename("inline; filename*=utf-8'zh'%E6%89%A7; filename=x"))
                .contains("执");
        assertThat(ContentDisposition.filename("inline; filename=x; filename*=UTF-8''%2e%2e%2Fx"))
                .contains("../x");
        assertThat(ContentDisposition.filename("inline")).isEmpty();
        assertThat(ContentDisposition.filename("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a; filename*=x",
                "a; filename*=UTF-8'%41",
                "a; filename*=KOI8-R''x",
                "a; filename*=UTF-8''%4",
                "a; filename*=UTF-8''%zz",
                "a; filename*=UTF-8''%ff%fe",
                "a; filename*=UTF-8''%"
            })
    void a_broken_encoding_is_refused_by_name(String field) {
        assertThatThrownBy(() -> ContentDisposition.filename(field))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("Content-Disposition: ");
    }

    @Test
    void rubbish_is_read_or_refused_and_takes_no_time() {
        long seed = 20261122;
        Random random = new Random(seed);
        String alphabet = "; =\"\\*'%aF8filename=\u0000\u00e9";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder field = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                field.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(ContentDisposition.filename(field.toString())).isNotNull();
            } catch (InvalidField expected) {
                assertThat(expected.field()).as("seed %d", seed).isEqualTo("Content-Disposition");
            }
        }
        assertThat(ContentDisposition.filename("a; filename=\"" + "\\".repeat(20_000)))
                .isEmpty();
    }
}
