package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.ingest.http.StructuredField.Binary;
import org.liuhen.ingest.http.StructuredField.Date;
import org.liuhen.ingest.http.StructuredField.Fraction;
import org.liuhen.ingest.http.StructuredField.Several;
import org.liuhen.ingest.http.StructuredField.Text;
import org.liuhen.ingest.http.StructuredField.Token;
import org.liuhen.ingest.http.StructuredField.Truth;
import org.liuhen.ingest.http.StructuredField.Whole;

class StructuredFieldTest {
    private static StructuredField.Value item(String text) {
        return StructuredField.item(List.of(text)).orElseThrow();
    }

    @Test
    void every_type_is_read() {
        assertThat(item("42")).isEqualTo(new Whole(42));
        assertThat(item("-999999999999999")).isEqualTo(new Whole(-999_999_999_999_999L));
        assertThat(item(" 1.250 ")).isEqualTo(new Fraction(new BigDecimal("1.250")));
        assertThat(item("\"a \\\"b\\\\\"")).isEqualTo(new Text("a \"b\\"));
        assertThat(item("*text/html;q=1.0; x=?0")).isEqualTo(new Token("*text/html"));
        assertThat(((Binary) item(":aGk=:")).value()).isEqualTo(new byte[] {'h', 'i'});
        assertThat(item("?1;a;b=:AA==:")).isEqualTo(new Truth(true));
        assertThat(item("@-1659578233")).isEqualTo(new Date(-1_659_578_233));
        assertThat(item("%\"f%c3%bc\"")).isEqualTo(new Text("f\u00fc"));
    }

    @Test
    void a_dictionary_is_read_over_several_lines_and_the_last_of_a_name_counts() {
        Map<String, StructuredField.Value> members = StructuredField.dictionary(
                        List.of("a=1, b;x=\"y\"", "c=(1 \"two\" three);p ,\t a=2"))
                .orElseThrow();
        assertThat(members)
                .containsEntry("a", new Whole(2))
                .containsEntry("b", new Truth(true))
                .containsEntry("c", new Several(List.of(new Whole(1), new Text("two"), new Token("three"))))
                .hasSize(3);
        assertThat(StructuredField.dictionary(List.of())).contains(Map.of());
        assertThat(StructuredField.dictionary(List.of("  "))).contains(Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1 2",
                "1,2",
                "--1",
                "-",
                "1.",
                ".1",
                "1.2345",
                "1234567890123.0",
                "1000000000000000",
                "+1",
                "?2",
                "?",
                "?11",
                "\"a",
                "\"\u0001\"",
                "\"\u00e9\"",
                "\"\\a\"",
                ":a",
                ":a b:",
                ":!:",
                "@1.5",
                "@",
                "%\"%C3\"",
                "%\"%ff\"",
                "%\"a",
                "a b",
                "{",
                "1;",
                "1;A",
                "1;a=",
                "\t1",
                "1\u0000"
            })
    void what_is_not_exactly_an_item_is_none(String text) {
        assertThat(StructuredField.item(List.of(text))).isEmpty();
        assertThat(StructuredField.integer(List.of(text))).isEmpty();
        assertThat(StructuredField.truth(List.of(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A=1",
                "a=",
                "a=1,",
                ",a",
                "a=1 b=2",
                "a=1;;b",
                "a=(1",
                "a=(1\"x\")",
                "a=((1))",
                "=",
                "a==1",
                "1=a"
            })
    void what_is_not_exactly_a_dictionary_is_none(String text) {
        assertThat(StructuredField.dictionary(List.of(text))).isEmpty();
    }

    @Test
    void an_item_on_two_lines_or_of_another_type_is_none() {
        assertThat(StructuredField.integer(List.of("1", "1"))).isEmpty();
        assertThat(StructuredField.integer(List.of("?1"))).isEmpty();
        assertThat(StructuredField.truth(List.of("1"))).isEmpty();
        assertThat(StructuredField.dictionary(List.of("a,".repeat(2000) + "a"))).isEmpty();
    }
}
