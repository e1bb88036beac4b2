package org.liuhen.ingest.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.storage.InvalidField;

/**
 * Names and preset files altered at random: everything is read or refused, nothing breaks. {@code
 * -Dliuhen.mutation.seconds=600} runs it for ten minutes; {@code -Dliuhen.mutation.seed=…} repeats a run.
 */
class HostileNamesTest {
    private static final int LEAST_ROUNDS = 20_000;
    private static final NamingPresets PRESETS = NamingPresets.builtIn(ZoneId.of("Asia/Shanghai"));
    private static final List<String> NAMES = List.of(
            "DCAM_CAM001_000001_20260804_100000_IMP.mp4",
            "DSJ0001_012345_20261122093000_0001.mp4",
            "S/2026-11-22/DSJ0001/012345/VIDEO/093000_0001.mp4",
            "A3301060000002026110001/cam1/20261122_093000_0001.mp4",
            "DCIM/LOCK/FILE20261122_093000.MP4",
            "录像/执法 1.mp4",
            "../../etc/passwd",
            "C:\\DCIM\\100MEDIA\\DSCF0001.MP4");
    private static final String FILE =
            "format: 1\npresets:\n  - {name: a, pattern: '(?P<device>[a-z]{1,9})_(?P<time>\\d+)\\.mp4', examples: [a_1.mp4]}\n";
    private static final String SPICE = "/\\._-%\u0000\n\r\u001b\u2028\ud83d\u202e*?(){}[]|+^$&:'\"0９重";

    @Test
    void whatever_a_name_is_it_is_read_or_refused() {
        long seed = Long.getLong("liuhen.mutation.seed", new Random().nextLong());
        Duration time = Duration.ofSeconds(Long.getLong("liuhen.mutation.seconds", 0));
        Random random = new Random(seed);
        InstantSource clock = InstantSource.system();
        Instant end = clock.instant().plus(time);
        int rounds = 0;
        while (rounds < LEAST_ROUNDS || clock.instant().isBefore(end)) {
            String name = altered(NAMES.get(random.nextInt(NAMES.size())), random);
            try {
                tried(name, random);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + rounds + ", name " + name, e);
            }
            rounds++;
        }
        System.out.println("hostile names: " + rounds + " rounds, seed " + seed);
    }

    private static void tried(String name, Random random) {
        NameReading reading = PRESETS.read(name);
        assertThat(reading.preset() == null && reading.time() != null).isFalse();
        byte[] bytes = name.getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : Charset.forName("GBK"));
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        String text = FileNames.decode(bytes);
        try {
            DropPath path = DropPath.ROOT.resolve(text);
            assertThat(path.toString()).startsWith("/");
            assertThat(path.parts()).doesNotContain("..", ".", "");
            assertThat(DropPath.ROOT.resolve(path.toString())).isEqualTo(path);
        } catch (DropRefusal refused) {
            assertThat(refused).hasMessageContaining("name");
        }
        if (random.nextInt(10) == 0) {
            byte[] file = altered(FILE, random).getBytes(StandardCharsets.UTF_8);
            try {
                NamingPresets.presets(file, "altered").forEach(preset -> preset.read(name, ZoneId.of("UTC")));
            } catch (InvalidField refused) {
                assertThat(refused).hasMessageContaining("altered");
            }
        }
    }

    private static String altered(String from, Random random) {
        StringBuilder text = new StringBuilder(from);
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(6)) {
                case 0 -> text.insert(at, SPICE.charAt(random.nextInt(SPICE.length())));
                case 1 -> text.insert(at, (char) random.nextInt(0x10000));
                case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
                case 3 -> text.insert(at, text.substring(0, Math.min(text.length(), 20)));
                case 4 -> text.insert(at, "../".repeat(1 + random.nextInt(3)));
                default -> {
                    if (text.length() < 3000) {
                        text.append(text);
                    }
                }
            }
        }
        return text.toString();
    }
}
