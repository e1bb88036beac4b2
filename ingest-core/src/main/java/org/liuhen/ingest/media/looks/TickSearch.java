package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The search for places that change once a second and are otherwise still, in a window of pictures.
 *
 * <p>Blocks of 8 to 24 samples each way are looked at, so that one is about as large as a digit. A block ticks
 * if its edges change at the same fraction of every second and far less in between. What it shows during each second
 * (what most pictures of that second agree on, so that a scene moving behind it falls out) then has to be the last digit
 * of a clock: different each second, and the same again after ten. Beside it there have to be edges that stay: the
 * digits before it.
 */
final class TickSearch {
    private static final int CELL = EdgePicture.CELL;
    private static final int[] BLOCKS = {2, 3, 4, 6};
    private static final int PHASES = 20;
    private static final double NEAR_SECONDS = 0.045;
    private static final int LEAST_TICKS = 4;
    private static final int LEAST_CHANGED = 4;
    private static final double NEARLY_ALL = 0.85;
    private static final double STILL = 0.6;
    private static final double STAYS = 0.8;
    private static final int LEAST_STAYING = 2;
    private static final int FARTHEST_CELLS = 4;
    private static final int MOST_AREAS = 4;

    private final List<EdgePicture> window;
    private final boolean comesRound;
    private final int across;
    private final int down;
    /** How many samples of a cell differ from the picture before, by cell and picture. */
    private final int[][] changed;

    /** The same of all pictures together. */
    private final int[] changedInAll;

    private final boolean[] staying;
    private final @Nullable AgreedSeconds[] seconds = new AgreedSeconds[PHASES];

    /** @param comesRound whether the window is long enough for the last digit to come round */
    TickSearch(List<EdgePicture> window, boolean comesRound) {
        this.window = window;
        this.comesRound = comesRound;
        EdgePicture first = window.get(0);
        this.across = first.across();
        this.down = first.down();
        this.changed = new int[across * down][window.size()];
        this.changedInAll = new int[changed.length];
        this.staying = new boolean[across * down];
        for (int cell = 0; cell < changed.length; cell++) {
            measure(cell);
        }
    }

    private void measure(int cell) {
        int[] differing = changed[cell];
        int any = 0;
        int before = window.get(0).cells()[cell];
        for (int i = 0; i < differing.length; i++) {
            int now = window.get(i).cells()[cell];
            any |= now;
            if (now != before) {
                differing[i] = Integer.bitCount(EdgePicture.differing(now, before));
                changedInAll[cell] += differing[i];
                before = now;
            }
        }
        int stay = 0;
        for (int left = EdgePicture.either(any, 0); left != 0; left &= left - 1) {
            stay += isMostly(cell, Integer.lowestOneBit(left)) ? 1 : 0;
        }
        staying[cell] = stay >= LEAST_STAYING;
    }

    /** Whether a sample of a cell has an edge nearly always. */
    private boolean isMostly(int cell, int sample) {
        int count = 0;
        for (EdgePicture picture : window) {
            count += (EdgePicture.either(picture.cells()[cell], 0) & sample) != 0 ? 1 : 0;
        }
        return count >= STAYS * window.size();
    }

    /** A rectangle of cells; {@code right} and {@code bottom} are the first that are not in it. */
    private record Box(int left, int top, int right, int bottom) {
        boolean touches(Box other) {
            return left <= other.right && other.left <= right && top <= other.bottom && other.top <= bottom;
        }

        Box and(Box other) {
            return new Box(
                    Math.min(left, other.left),
                    Math.min(top, other.top),
                    Math.max(right, other.right),
                    Math.max(bottom, other.bottom));
        }
    }

    /** Where clocks are, in order of rows. */
    List<TimeWatch.Area> areas() {
        List<boolean[]> phases = new ArrayList<>();
        for (int phase = 0; phase < PHASES; phase++) {
            phases.add(ticks((double) phase / PHASES));
        }
        List<Box> found = new ArrayList<>();
        for (int size : BLOCKS) {
            for (int row = 0; row + size <= down; row++) {
                if (row < down / 2 && row + size > down / 2) {
                    continue; // half of it above, half below
                }
                for (int column = 0; column + size <= across; column++) {
                    Box block = new Box(column, row, column + size, row + size);
                    int phase = phaseOf(block, phases);
                    if (phase >= 0 && new DigitCheck(secondsAt(phase), cellsOf(block)).isLastDigit(comesRound)) {
                        add(found, block);
                    }
                }
            }
        }
        List<Box> whole = new ArrayList<>();
        found.stream().map(this::withWhatStays).flatMap(Optional::stream).forEach(box -> add(whole, box));
        return whole.stream().map(this::area).limit(MOST_AREAS).toList();
    }

    /** What is shown each second after a tick. */
    private AgreedSeconds secondsAt(int phase) {
        AgreedSeconds known = seconds[phase];
        if (known == null) {
            known = new AgreedSeconds(window, (double) phase / PHASES);
            seconds[phase] = known;
        }
        return known;
    }

    private int[] cellsOf(Box block) {
        int wide = block.right - block.left;
        int[] cells = new int[wide * (block.bottom - block.top)];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = (block.top + i / wide) * across + block.left + i % wide;
        }
        return cells;
    }

    /** Which pictures may be the first after a tick at a fraction of a second. */
    private boolean[] ticks(double phase) {
        boolean[] ticks = new boolean[window.size()];
        for (int i = 1; i < ticks.length; i++) {
            double from = window.get(i - 1).seconds() - phase - NEAR_SECONDS;
            double to = window.get(i).seconds() - phase + NEAR_SECONDS;
            ticks[i] = Math.floor(to) > Math.floor(from);
        }
        return ticks;
    }

    /** At which fraction of a second a block ticks best; -1 if it does not. */
    private int phaseOf(Box block, List<boolean[]> phases) {
        if (!changesEnough(block)) {
            return -1;
        }
        int[] changes = new int[window.size()];
        for (int row = block.top; row < block.bottom; row++) {
            for (int column = block.left; column < block.right; column++) {
                int[] ofCell = changed[row * across + column];
                for (int i = 0; i < changes.length; i++) {
                    changes[i] += ofCell[i];
                }
            }
        }
        if (!changesOften(changes)) {
            return -1;
        }
        int best = -1;
        double contrast = 0;
        for (int phase = 0; phase < PHASES; phase++) {
            double clear = contrast(changes, phases.get(phase));
            if (clear > contrast) {
                contrast = clear;
                best = phase;
            }
        }
        return best;
    }

    /** Whether so much changes as the fewest ticks that count; what does not is most of a picture. */
    private boolean changesEnough(Box block) {
        int sum = 0;
        for (int row = block.top; row < block.bottom; row++) {
            for (int column = block.left; column < block.right; column++) {
                sum += changedInAll[row * across + column];
            }
        }
        return sum >= LEAST_TICKS * LEAST_CHANGED;
    }

    /** Whether it changes at least half a time for each second, as {@link #contrast} wants it; that takes much longer to say. */
    private boolean changesOften(int[] changes) {
        double seconds =
                window.get(changes.length - 1).seconds() - window.get(0).seconds();
        double wanted = NEARLY_ALL * Math.max(LEAST_TICKS, Math.floor(seconds) / 2);
        int often = 0;
        for (int change : changes) {
            often += change >= LEAST_CHANGED ? 1 : 0;
        }
        return often >= wanted;
    }

    /** How much more changes at ticks than between them; 0 if it does not tick. */
    private static double contrast(int[] changes, boolean[] ticks) {
        int count = 0;
        int hits = 0;
        double atTicks = 0;
        double between = 0;
        int others = 0;
        for (int i = 1; i < changes.length; ) {
            if (!ticks[i]) {
                between += changes[i];
                others++;
                i++;
                continue;
            }
            int most = 0;
            int last = Math.min(i + 2, changes.length);
            for (; i < last && ticks[i]; i++) {
                most = Math.max(most, changes[i]);
            }
            count++;
            atTicks += most;
            hits += most >= LEAST_CHANGED ? 1 : 0;
        }
        if (count < LEAST_TICKS || others == 0 || hits < NEARLY_ALL * count) {
            return 0;
        }
        double tick = atTicks / count;
        double still = between / others;
        return still <= STILL * tick ? tick - still : 0;
    }

    private static void add(List<Box> found, Box block) {
        Box whole = block;
        for (int i = found.size() - 1; i >= 0; i--) {
            if (found.get(i).touches(whole)) {
                whole = found.remove(i).and(whole);
                i = found.size();
            }
        }
        found.add(whole);
    }

    /** The area with the digits beside it, which stay; none if there are no such. */
    private Optional<Box> withWhatStays(Box digit) {
        int left = digit.left;
        int right = digit.right;
        for (int column = left - 1; column >= 0 && column >= left - FARTHEST_CELLS; column--) {
            left = stays(column, digit) ? column : left;
        }
        for (int column = right; column < across && column < right + FARTHEST_CELLS; column++) {
            right = stays(column, digit) ? column + 1 : right;
        }
        if (left == digit.left && right == digit.right) {
            return Optional.empty();
        }
        return Optional.of(new Box(left, digit.top, right, digit.bottom));
    }

    private TimeWatch.Area area(Box box) {
        EdgePicture first = window.get(0);
        return new TimeWatch.Area(
                (double) box.left * CELL / first.width(),
                (double) first.line(box.top * CELL) / first.height(),
                (double) (box.right - box.left) * CELL / first.width(),
                (double) (box.bottom - box.top) * CELL / first.height());
    }

    private boolean stays(int column, Box rows) {
        for (int row = rows.top; row < rows.bottom; row++) {
            if (staying[row * across + column]) {
                return true;
            }
        }
        return false;
    }
}
