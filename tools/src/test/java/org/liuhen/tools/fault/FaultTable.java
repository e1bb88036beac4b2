package org.liuhen.tools.fault;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** The table calls × outcomes, for people. Not safe for many threads. */
final class FaultTable {
    /** How a fault ended for those outside. */
    enum End {
        /** The process went on and finished its day. */
        WENT_ON,
        /** It ended, or refused to go on, and the day was finished after a start. */
        RESTARTED,
        /** Something promised was gone, or something was wrong afterwards. */
        LOST
    }

    private static final class Row {
        private final Map<Effect, Map<End, Integer>> counts = new EnumMap<>(Effect.class);

        private void add(Effect effect, End end) {
            counts.computeIfAbsent(effect, key -> new EnumMap<>(End.class)).merge(end, 1, Integer::sum);
        }

        private int count(Effect effect, End end) {
            return counts.getOrDefault(effect, Map.of()).getOrDefault(end, 0);
        }

        private int lost() {
            int lost = 0;
            for (Effect effect : Effect.values()) {
                lost += count(effect, End.LOST);
            }
            return lost;
        }
    }

    private final Map<String, Row> rows = new TreeMap<>();

    void add(FaultPoint point, Effect effect, End end) {
        rows.computeIfAbsent("`" + point.call() + "` | " + point.room(), key -> new Row())
                .add(effect, end);
        rows.computeIfAbsent("~all | ", key -> new Row()).add(effect, end);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(
                "| Call | on | killed: restarted | `EIO`: went on / restarted | `ENOSPC`: went on / restarted | lost |\n");
        text.append("|---|---|---|---|---|---|\n");
        rows.forEach((label, row) -> text.append("| ")
                .append(label.replace("~all", "all"))
                .append(" | ")
                .append(row.count(Effect.KILL, End.RESTARTED))
                .append(" | ")
                .append(row.count(Effect.EIO, End.WENT_ON) + " / " + row.count(Effect.EIO, End.RESTARTED))
                .append(" | ")
                .append(row.count(Effect.ENOSPC, End.WENT_ON) + " / " + row.count(Effect.ENOSPC, End.RESTARTED))
                .append(" | ")
                .append(row.lost())
                .append(" |\n"));
        return text.toString();
    }
}
