package org.liuhen.ingest.media.looks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class TimeWatchTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int PICTURES_PER_SECOND = 5;
    /** Three points wide and five high, a row in three bits. */
    private static final int[] DIGITS = {
        0b111_101_101_101_111,
        0b010_110_010_010_111,
        0b111_001_111_100_111,
        0b111_001_111_001_111,
        0b101_101_111_001_001,
        0b111_100_111_001_111,
        0b111_100_111_101_111,
        0b111_001_001_001_001,
        0b111_101_111_101_111,
        0b111_101_111_001_111
    };

    /** Where the text is drawn, and in points of how many samples. */
    private record Place(int left, int top, int point) {}

    /** What a picture shows behind the text: stripes and spots that go across it. */
    private static byte[] scene(int number, Random random) {
        byte[] luma = new byte[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int stripes = (x + number * 7) / 23 % 2 * 60 + (y + number * 3) / 31 % 2 * 30;
                luma[y * WIDTH + x] = (byte) (60 + stripes + random.nextInt(8));
            }
        }
        return luma;
    }

    private static void draw(byte[] luma, Place place, String text) {
        for (int i = 0; i < text.length(); i++) {
            int left = place.left + i * 4 * place.point;
            fill(luma, left - place.point, place.top - place.point, 5 * place.point, 7 * place.point, 20);
        }
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            for (int point = 0; letter >= '0' && letter <= '9' && point < 15; point++) {
                if ((DIGITS[letter - '0'] >> (14 - point) & 1) != 0) {
                    int left = place.left + (i * 4 + point % 3) * place.point;
                    fill(luma, left, place.top + point / 3 * place.point, place.point, place.point, 230);
                }
            }
        }
    }

    private static void fill(byte[] luma, int left, int top, int width, int height, int brightness) {
        for (int y = Math.max(0, top); y < Math.min(HEIGHT, top + height); y++) {
            int from = y * WIDTH + Math.max(0, left);
            Arrays.fill(luma, from, y * WIDTH + Math.min(WIDTH, left + width), (byte) brightness);
        }
    }

    /** @param text of each picture, by its number */
    private static List<TimeWatch.Area> watched(double seconds, Place place, IntFunction<String> text) {
        TimeWatch watch = new TimeWatch();
        Random random = new Random(3);
        byte[] colour = new byte[WIDTH * HEIGHT / 4];
        for (int i = 0; i < seconds * PICTURES_PER_SECOND; i++) {
            byte[] luma = scene(i, random);
            draw(luma, place, text.apply(i));
            watch.see((double) i / PICTURES_PER_SECOND, new SmallPicture(WIDTH, HEIGHT, luma, colour, colour));
        }
        return watch.areas();
    }

    private static String clock(int picture) {
        // three fifths into the picture's second, as no clock ticks when a recording begins
        int second = 34_567 + (picture + 3) / PICTURES_PER_SECOND;
        return String.format(Locale.ROOT, "2026 11 23 %02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
    }

    @Test
    void a_clock_is_found_in_every_corner_and_in_several_sizes_before_a_moving_scene() {
        for (int point : new int[] {2, 3, 4}) {
            int width = 19 * 4 * point;
            for (int left : new int[] {10, WIDTH - width - 10}) {
                for (int top : new int[] {8, HEIGHT - 7 * point - 6}) {
                    Place place = new Place(left, top, point);
                    List<TimeWatch.Area> areas = watched(17, place, TimeWatchTest::clock);
                    assertThat(areas).as("%s", place).hasSize(1);
                    TimeWatch.Area area = areas.get(0);
                    double last = (left + 18 * 4 * point + 1.5 * point) / WIDTH;
                    assertThat(last).as("%s", place).isBetween(area.left(), area.left() + area.width());
                    double middle = (top + 2.5 * point) / HEIGHT;
                    assertThat(middle).as("%s", place).isBetween(area.top(), area.top() + area.height());
                    assertThat(area.height()).as("%s", place).isLessThan(0.2);
                }
            }
        }
    }

    @Test
    void seven_seconds_of_a_clock_are_enough_if_there_are_no_more() {
        assertThat(watched(7, new Place(10, 8, 3), TimeWatchTest::clock)).hasSize(1);
        assertThat(watched(4, new Place(10, 8, 3), TimeWatchTest::clock)).isEmpty();
    }

    @Test
    void text_that_stays_is_no_clock() {
        assertThat(watched(17, new Place(10, 8, 3), picture -> "2026 11 23 00001234"))
                .isEmpty();
    }

    @Test
    void what_changes_with_every_picture_is_no_clock() {
        assertThat(watched(17, new Place(10, 8, 3), picture -> "1000" + (100 + picture)))
                .isEmpty();
    }

    @Test
    void what_flashes_every_second_is_no_clock() {
        assertThat(watched(17, new Place(10, 8, 3), picture -> picture / 5 % 2 == 0 ? "123 888" : "123    "))
                .isEmpty();
    }

    @Test
    void a_reading_that_is_another_each_second_is_no_clock() {
        Random random = new Random(77);
        int[] readings = random.ints(40, 100, 1000).toArray();
        assertThat(watched(17, new Place(10, 8, 3), picture -> "1234 " + readings[picture / 5]))
                .isEmpty();
    }

    @Test
    void a_clock_that_begins_late_is_found_by_the_windows_that_follow() {
        assertThat(watched(175, new Place(10, 8, 3), picture -> picture < 160 ? "" : clock(picture)))
                .hasSize(1);
    }

    @Test
    void pictures_that_change_their_size_or_go_back_in_time_are_no_harm() {
        TimeWatch watch = new TimeWatch();
        Random random = new Random(5);
        for (int i = 0; i < 400; i++) {
            int width = 2 * (1 + random.nextInt(40));
            int height = 2 * (1 + random.nextInt(40));
            byte[] bytes = new byte[width * height];
            random.nextBytes(bytes);
            watch.see(random.nextDouble() * i, new SmallPicture(width, height, bytes, bytes, bytes));
        }
        watch.see(Double.NaN, new SmallPicture(2, 2, new byte[4], new byte[1], new byte[1]));
        assertThat(watch.areas()).isEmpty();
    }
}
