package org.liuhen.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FindingTest {
    @Test
    void findings_are_read_as_they_were_stored_with_and_without_what_they_say() throws IOException {
        List<Finding> stored;
        try (InputStream sample = Objects.requireNonNull(FindingTest.class.getResourceAsStream("findings.json"))) {
            stored = StoredJson.MAPPER.readValue(sample, new TypeReference<List<Finding>>() {});
        }
        Finding black = Finding.between(
                "black", Said.of(Sentence.BLACK, "seconds", "4.0"), Duration.ofSeconds(2), Duration.ofSeconds(6));
        assertThat(stored.get(0)).isEqualTo(new Finding("black", black.detail(), 2.0, 6.0));
        assertThat(stored.get(1)).isEqualTo(black);
        assertThat(Said.english(Objects.requireNonNull(stored.get(2).said())))
                .isEqualTo(stored.get(2).detail());
        assertThat(stored.get(3).said()).containsExactly(new Said("not-known-yet", Map.of("degrees", "7.5")));
        for (Finding finding : stored) {
            String json = StoredJson.MAPPER.writeValueAsString(finding);
            assertThat(StoredJson.MAPPER.readValue(json, Finding.class)).isEqualTo(finding);
        }
        assertThat(StoredJson.MAPPER.writeValueAsString(stored.get(0))).doesNotContain("said");
    }

    @Test
    void a_sentence_is_said_with_just_the_values_that_belong_into_it() {
        assertThat(Said.of(Sentence.SIGNED_BY_VENDOR, "vendor", "{scheme} $1", "scheme", "ONVIF")
                        .english())
                .isEqualTo("ONVIF by {scheme} $1");
        assertThatThrownBy(() -> Said.of(Sentence.BLACK)).hasMessageContaining("seconds");
        assertThatThrownBy(() -> Said.of(Sentence.FILE_EMPTY, "seconds", 1)).hasMessageContaining("seconds");
        assertThat(new Said("not-known-yet", Map.of("degrees", "7.5")).english())
                .isEqualTo("7.5");
    }

    @Test
    void every_sentence_is_found_by_its_label() {
        assertThat(Arrays.stream(Sentence.values()).map(Sentence::label)).doesNotHaveDuplicates();
        for (Sentence sentence : Sentence.values()) {
            assertThat(Sentence.ofLabel(sentence.label())).contains(sentence);
        }
        assertThat(Sentence.ofLabel("not-known-yet")).isEmpty();
    }
}
