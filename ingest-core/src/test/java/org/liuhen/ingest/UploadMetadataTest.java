package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingKind;

class UploadMetadataTest {
    private static UploadMetadata of(String key, String... values) {
        return UploadMetadata.of(Map.of(key, List.of(values)));
    }

    private static void refused(String field, String key, String... values) {
        assertThatThrownBy(() -> of(key, values))
                .asInstanceOf(InstanceOfAssertFactories.type(InvalidField.class))
                .extracting(InvalidField::field)
                .isEqualTo(field);
    }

    @Test
    void nothing_declared_is_an_unnamed_body_worn_recording_of_no_case() {
        UploadMetadata metadata = UploadMetadata.of(Map.of());

        assertThat(metadata.cases()).isEmpty();
        assertThat(metadata.kind()).isEqualTo(RecordingKind.BODY_WORN);
        assertThat(metadata.important()).isFalse();
        assertThat(metadata.filename()).isEqualTo("unnamed");
        assertThat(metadata.filetype()).isEqualTo("application/octet-stream");
    }

    @Test
    void cases_may_be_separated_by_commas_and_repeated() {
        assertThat(of("case", "A-1, A-2", "永公(刑)立字〔2019〕7号", "A-1,").cases())
                .containsExactly(new CaseNumber("A-1"), new CaseNumber("A-2"), new CaseNumber("永公(刑)立字〔2019〕7号"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A\u00001", "A-1\n", "\tA-1", "A\r\nB", "A\u0085", "A\u2028B", "a,b\u007f", "\u001b[2J", "\ud800"
            })
    void control_characters_in_a_case_number_are_refused(String hostile) {
        refused("case", "case", hostile);
    }

    @Test
    void case_numbers_without_end_are_refused() {
        refused("case", "case", "9".repeat(201));
        refused("case", "case", IntStream.range(0, 101).mapToObj(i -> "c" + i).collect(Collectors.joining(",")));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:00:00+08:00, 2026-11-22T02:00:00Z",
        "2026-11-22T10:00:00 08:00, 2026-11-22T02:00:00Z",
        "2026-11-22t10:00:00.5z, 2026-11-22T10:00:00.500Z",
        "2026-11-22 10:00:00.123456789-00:00, 2026-11-22T10:00:00.123456789Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z"
    })
    void times_are_read_as_rfc_3339(String text, Instant instant) {
        assertThat(of("from", text).from()).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026-11-22",
                "2026-11-22T10:00:00",
                "2026-11-22T10:00Z",
                "2026-13-22T10:00:00Z",
                "2026-02-30T10:00:00Z",
                "9999-12-31T23:59:59-18:00",
                "0000-01-01T00:00:00+18:00",
                "2026-11-22T25:00:00Z",
                "2026-11-22T10:00:00+99:00",
                "2026-11-22T10:00:00.Z",
                "2026-11-22T10:00:00.1234567890Z",
                "+002026-11-22T10:00:00Z",
                "2026-11-22T10:00:00Z\n",
                "٢٠٢٦-11-22T10:00:00Z",
                "1763798400"
            })
    void times_that_do_not_parse_are_refused_by_name(String text) {
        refused("from", "from", text);
        refused("to", "to", text);
    }

    @Test
    void an_end_before_the_start_is_refused() {
        assertThatThrownBy(() -> UploadMetadata.of(
                        Map.of("from", List.of("2026-11-22T10:00:00Z"), "to", List.of("2026-11-22T17:59:59+08:00"))))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("to: is before from");
    }

    @Test
    void importance_is_true_or_false_and_nothing_else() {
        assertThat(of("important", "true").important()).isTrue();
        assertThat(of("important", "false").important()).isFalse();
        refused("important", "important", "yes");
        refused("important", "important", "TRUE");
        refused("important", "important", "");
    }

    @ParameterizedTest
    @CsvSource({"kind,phone", "sha256,abc", "filetype,video", "filetype,'a/b\r\nx: y'", "device,'a\tb'", "officer,' x'"
    })
    void what_cannot_be_understood_is_refused_by_name(String key, String value) {
        refused(key, key, value);
    }

    @Test
    void a_key_given_twice_is_refused_unless_it_is_a_case() {
        refused("from", "from", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z");
        refused("sha256", "sha256", "a", "b");
    }

    @Test
    void unknown_keys_are_left_alone() {
        assertThat(of("relativePath", "../../x", "y").declared()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "../../etc/passwd, passwd",
        "/abs/0001.mp4, 0001.mp4",
        "'C:\\DCIM\\100\\a.mp4', a.mp4",
        "'..', unnamed",
        "'.', unnamed",
        "'a/..', unnamed",
        "'dir/', unnamed",
        "'  ', unnamed",
        "'..\\..', unnamed",
        "'%2e%2e%2fx', '%2e%2e%2fx'",
        "执法视频 0001.mp4, 执法视频 0001.mp4",
        "'<script>alert(1)</script>', 'script>'"
    })
    void a_filename_is_never_a_path(String declared, String filename) {
        UploadMetadata metadata = of("filename", declared);

        assertThat(metadata.filename()).isEqualTo(filename);
        assertThat(metadata.fullFilename())
                .isEqualTo(declared.equals(filename) ? Optional.empty() : Optional.of(declared));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000.mp4", "a\nb", "x\u001b", "a\u2029b", "dir\u0007/a.mp4"})
    void control_characters_in_a_filename_are_refused(String hostile) {
        refused("filename", "filename", hostile);
    }

    @Test
    void a_long_filename_is_shortened_and_keeps_its_ending() {
        String filename = of("filename", "录".repeat(200) + ".mp4").filename();

        assertThat(filename).startsWith("录录").endsWith("录.mp4");
        assertThat(filename.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(250, 255);
        assertThat(of("filename", "😀".repeat(100)).filename()).isEqualTo("😀".repeat(63));
        refused("filename", "filename", "a".repeat(5000));
    }

    @Test
    void parameters_of_a_media_type_are_dropped() {
        assertThat(of("filetype", "Video/MP4; codecs=\"avc1\"").filetype()).isEqualTo("video/mp4");
    }

    @Test
    void what_was_declared_reads_the_same_again() {
        UploadMetadata metadata = UploadMetadata.of(Map.of(
                "case", List.of("A,B", "C"),
                "filename", List.of("../x/录像.mp4"),
                "from", List.of("2026-11-22T10:00:00+08:00"),
                "important", List.of("true"),
                "kind", List.of("interrogation"),
                "other", List.of("x")));

        assertThat(UploadMetadata.ofDeclared(metadata.declared())).isEqualTo(metadata);
    }

    @Test
    void rubbish_is_understood_or_refused_by_name_and_nothing_else() {
        long seed = 20261122;
        Random random = new Random(seed);
        List<String> keys = List.of(
                "case",
                "device",
                "officer",
                "unit",
                "kind",
                "category",
                "from",
                "to",
                "session",
                "important",
                "sha256",
                "filename",
                "filetype");
        String alphabet = "0123456789-:TZ+./\\, ;=ab\u0000\n\u00a0\u2028\ud83d\ude00永";
        for (int i = 0; i < 20_000; i++) {
            String key = keys.get(random.nextInt(keys.size()));
            StringBuilder value = new StringBuilder(random.nextBoolean() ? "2026-11-22T10:00:00Z" : "");
            for (int n = random.nextInt(30); n > 0; n--) {
                value.insert(random.nextInt(value.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                UploadMetadata metadata = of(key, value.toString());
                assertThat(metadata.filename())
                        .doesNotContain("/", "\\", "\u0000", "\n")
                        .isNotIn("", ".", "..");
            } catch (InvalidField expected) {
                assertThat(expected.field()).as("seed %d, %s", seed, value).isEqualTo(key);
            }
        }
    }
}
