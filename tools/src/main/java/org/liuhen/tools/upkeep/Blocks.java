package org.liuhen.tools.upkeep;

import java.util.List;

/** Numbers of MiB blocks as people read them. */
final class Blocks {
    /** More than these are not told one by one. */
    private static final int MAX_RANGES = 40;

    private Blocks() {}

    /**
     * For example {@code [0, 3-5]}.
     *
     * @param blocks ascending
     */
    static String ranges(List<Long> blocks) {
        StringBuilder text = new StringBuilder("[");
        int ranges = 0;
        for (int i = 0; i < blocks.size(); ranges++) {
            if (ranges == MAX_RANGES) {
                return text.append(", … ")
                        .append(blocks.size())
                        .append(" altogether]")
                        .toString();
            }
            int last = i;
            while (last + 1 < blocks.size() && blocks.get(last + 1) == blocks.get(last) + 1) {
                last++;
            }
            text.append(i == 0 ? "" : ", ").append(blocks.get(i));
            if (last > i) {
                text.append('-').append(blocks.get(last));
            }
            i = last + 1;
        }
        return text.append(']').toString();
    }
}
