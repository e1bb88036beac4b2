package org.liuhen.ingest.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.InvalidField;

class NamingPresetsTest {
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final NamingPresets PRESETS = NamingPresets.builtIn(SHANGHAI);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "DCAM_CAM001_000001_20260804_100000_IMP.mp4 | dcam | CAM001 | 000001 | 2026-08-04T02:00:00Z | - | true",
                "/a/b/DSJ0001_012345_20261122093000_0001.mp4 | ga-t-947 | DSJ0001 | 012345 | 2026-11-22T01:30:00Z | 0001 | false",
                "0000012_012345_20261122093000_0003_imp.MP4 | ga-t-947 | 0000012 | 012345 | 2026-11-22T01:30:00Z | 0003 | true",
                "X5A00123-0123456-20261122093000-0002-重点.MP4 | serial-officer-time | X5A00123 | 0123456 | 2026-11-22T01:30:00Z | 0002 | true",
                "S/2026-11-22/DSJ0001/012345/VIDEO/093000_0001.mp4 | station-folders | DSJ0001 | 012345 | 2026-11-22T01:30:00Z | 0001 | false",
                "VIDEO/20261122/093000_001_IMP.AVI | date-folder-time-name | - | - | 2026-11-22T01:30:00Z | 001 | true",
                "DCIM\\LOCK\\FILE20261122_093000.MP4 | locked-folder | - | - | 2026-11-22T01:30:00Z | - | true",
                "DCIM/100MEDIA/VID_20261122_093000.mp4 | date-time-name | - | - | 2026-11-22T01:30:00Z | - | false",
                "DCIM/100MEDIA/DSCF0042.MP4 | camera-number | - | - | - | 0042 | false",
                "DCAM_A_B_20261399_250000.mp4 | dcam | A | B | - | - | false",
                "notes.txt | - | - | - | - | - | false"
            })
    void names_of_the_field_are_read(
            String path,
            String preset,
            String device,
            String officer,
            String time,
            String sequence,
            boolean important) {
        NameReading reading = PRESETS.read(path);

        assertThat(reading.preset()).isEqualTo(preset);
        assertThat(reading.device()).isEqualTo(device);
        assertThat(reading.officer()).isEqualTo(officer);
        assertThat(reading.time()).isEqualTo(time == null ? null : Instant.parse(time));
        assertThat(reading.sequence()).isEqualTo(sequence);
        assertThat(reading.important()).isEqualTo(important);
    }

    @Test
    void recorder_of_a_room_names_the_case_by_folder() {
        NameReading reading = PRESETS.read("A3301060000002026110001/cam1/20261122_093000_0001.mp4");
        assertThat(reading.caseNumber()).isEqualTo("A3301060000002026110001");
        assertThat(reading.device()).isEqualTo("cam1");
    }

    @Test
    void time_of_a_name_is_the_wall_clock_of_the_configured_zone() {
        assertThat(NamingPresets.builtIn(ZoneId.of("Asia/Urumqi"))
                        .read("20261122_093000.mp4")
                        .time())
                .isEqualTo(Instant.parse("2026-11-22T03:30:00Z"));
    }

    @Test
    void own_presets_come_before_those_that_ship() throws Exception {
        Files.writeString(
                folder.resolve("b.yaml"),
                "format: 1\npresets:\n  - {name: ours, pattern: '(?P<session>[a-z]+)\\.mp4', examples: [x.mp4]}\n");
        Files.writeString(folder.resolve("notes.txt"), "not ours to read");

        NamingPresets all = NamingPresets.with(folder, SHANGHAI);

        assertThat(all.count()).isEqualTo(PRESETS.count() + 1);
        assertThat(all.read("room.mp4").session()).isEqualTo("room");
        assertThat(all.read("DCIM/100MEDIA/DSCF0042.MP4").preset()).isEqualTo("camera-number");
        assertThat(NamingPresets.with(folder.resolve("b.yaml"), SHANGHAI).count())
                .isEqualTo(all.count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "format: 2\npresets: []",
                "presets: []",
                "format: 1\npresets: [{name: a}]",
                "format: 1\npresets: [null]",
                "format: 1\npresets: [{name: a, pattern: '('}]",
                "format: 1\npresets: [{name: a, pattern: '(?=a)'}]",
                "format: 1\npresets: [{name: a, pattern: '(?P<nobody>a)'}]",
                "format: 1\npresets: [{name: a, pattern: '((a{1,200}){1,200}){1,200}'}]",
                "format: 1\npresets: [{name: a, pattern: 'b', examples: [a]}]",
                "format: 1\npresets: [{name: a, pattern: 'b', more: 1}]",
                "format: 1\nformat: 1",
                "a: &a [*a]",
                "\u0000"
            })
    void presets_that_cannot_be_used_are_refused_with_their_file(String yaml) {
        assertThatThrownBy(() -> NamingPresets.presets(yaml.getBytes(StandardCharsets.UTF_8), "ours.yaml"))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("naming.presets: ours.yaml");
    }

    @Test
    void presets_that_are_not_there_are_refused() {
        assertThatThrownBy(() -> NamingPresets.with(folder.resolve("none.yaml"), SHANGHAI))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("none.yaml");
    }

    @Test
    void expressions_that_hang_others_take_linear_time() throws Exception {
        Files.writeString(
                folder.resolve("bad.yaml"), "format: 1\npresets:\n  - {name: slow, pattern: '(?:(?:a*)*)*b'}\n");
        NamingPresets presets = NamingPresets.with(folder, SHANGHAI);

        // a backtracking matcher would not come back from this in the life of the machine
        assertThat(presets.read("a".repeat(4000)).preset()).isNull();
    }

    @Test
    void names_in_old_character_sets_become_text_and_stay_different() {
        Charset gbk = Charset.forName("GBK");
        assertThat(FileNames.decode("重点_1.mp4".getBytes(gbk))).isEqualTo("重点_1.mp4");
        assertThat(FileNames.decode("重点_1.mp4".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("重点_1.mp4");
        assertThat(FileNames.decode(new byte[] {'a', (byte) 0xff, '.', 'b'})).isEqualTo("a%FF.b");
        assertThat(List.of(
                        FileNames.decode(new byte[] {(byte) 0xff}),
                        FileNames.decode(new byte[] {(byte) 0x80}),
                        FileNames.decode(new byte[] {(byte) 0xfe})))
                .doesNotHaveDuplicates();
        assertThat(FileNames.type("A.MP4")).contains("video/mp4");
        assertThat(FileNames.type("mp4")).isEmpty();
    }
}
