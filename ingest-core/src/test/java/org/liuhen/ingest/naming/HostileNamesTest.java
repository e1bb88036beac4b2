package org.liuhen.ingest.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.fault.Mutation;

/** Names and preset files that are nearly right: everything is read or refused, nothing breaks. */
class HostileNamesTest {
    private static final NamingPresets PRESETS = NamingPresets.builtIn(ZoneId.of("Asia/Shanghai"));

    @Test
    void whatever_a_name_is_it_is_read_or_refused() throws Exception {
        Mutation.of(HostileNamesTest.class, "names").run(20_000, bytes -> {
            String gbk = FileNames.decode(bytes, Charset.forName("GB18030"));
            String text = FileNames.decode(bytes);
            assertThat(FileNames.isOnlyGbk(bytes) && !gbk.equals(text)).isFalse();
            return read(text) + " " + read(gbk);
        });
    }

    private static String read(String text) {
        NameReading reading = PRESETS.read(text);
        assertThat(reading.preset() == null && reading.time() != null).isFalse();
        try {
            DropPath path = DropPath.ROOT.resolve(text);
            assertThat(path.toString()).startsWith("/");
            assertThat(path.parts()).doesNotContain("..", ".", "");
            assertThat(DropPath.ROOT.resolve(path.toString())).isEqualTo(path);
            return reading.preset() + " " + path.isHeld();
        } catch (DropRefusal refused) {
            assertThat(refused).hasMessageContaining("name");
            return reading.preset() + " " + refused.kind();
        }
    }

    @Test
    void whatever_a_preset_file_is_it_is_read_or_refused() throws Exception {
        List<String> names = List.of("a_1.mp4", "012345/20261122093000_IMP.mp4", "a".repeat(5_000));
        Mutation.of(HostileNamesTest.class, "presets").run(2_000, bytes -> {
            try {
                List<NamingPreset> presets = NamingPresets.presets(bytes, "altered");
                for (NamingPreset preset : presets) {
                    names.forEach(name -> preset.read(name, ZoneId.of("UTC")));
                }
                return "read " + presets.size();
            } catch (InvalidField refused) {
                assertThat(refused).hasMessageContaining("altered");
                return String.valueOf(refused.getMessage());
            }
        });
    }
}
