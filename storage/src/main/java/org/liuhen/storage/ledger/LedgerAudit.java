package org.liuhen.storage.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * The check of a whole log: hashes every event again, builds every node again, and compares them with what is stored.
 * Events that are committed meanwhile are left for the next audit.
 */
final class LedgerAudit {
    private static final int WINDOW = 1024;

    private final LedgerRows rows;
    private final Ledger.Head head;
    private final CompactRange edge = CompactRange.empty();
    /** What one window completes, by level, in the order of index. */
    private final Map<Integer, List<byte[]>> window = new TreeMap<>();

    private LedgerAudit(LedgerRows rows) {
        this.rows = rows;
        this.head = rows.head();
    }

    /** The first thing that is not as it should be, for people; empty if everything is. */
    static Optional<String> firstDifference(LedgerRows rows) throws StorageFailure {
        return Optional.ofNullable(new LedgerAudit(rows).run());
    }

    private @Nullable String run() throws StorageFailure {
        while (edge.size() < head.size()) {
            String difference = checkWindow();
            if (difference != null) {
                return difference;
            }
        }
        if (!Arrays.equals(edge.root(), head.root())) {
            return "root: " + hex(head.root()) + " (expected: " + hex(edge.root()) + "), size=" + head.size();
        }
        return surplus();
    }

    private @Nullable String checkWindow() throws StorageFailure {
        long start = edge.size();
        int count = (int) Math.min(WINDOW, head.size() - start);
        List<Ledger.Leaf> leaves = rows.leaves(start, count);
        if (leaves.size() < count) {
            return "event: missing, sequence=" + (start + leaves.size());
        }
        window.clear();
        for (Ledger.Leaf leaf : leaves) {
            String difference = checkNumber(leaf);
            if (difference != null) {
                return difference;
            }
            byte[] hash = TreeHash.leaf(TreeHash.entry(leaf.salt(), leaf.event()));
            edge.append(
                    hash,
                    (level, index, node) -> window.computeIfAbsent(level, any -> new ArrayList<>())
                            .add(node));
        }
        for (Map.Entry<Integer, List<byte[]>> level : window.entrySet()) {
            String difference = checkLevel(level.getKey(), level.getValue(), start);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static @Nullable String checkNumber(Ledger.Leaf leaf) {
        try {
            JsonNode sequence = StoredJson.MAPPER.readTree(leaf.event()).path("sequence");
            return sequence.isIntegralNumber() && sequence.longValue() == leaf.index()
                    ? null
                    : "event: numbered " + sequence + " (expected: " + leaf.index() + ")";
        } catch (IOException e) {
            return "event: not JSON, sequence=" + leaf.index() + ": " + e.getMessage();
        }
    }

    private @Nullable String checkLevel(int level, List<byte[]> expected, long start) throws StorageFailure {
        long first = start >>> level;
        List<byte[]> stored = rows.nodes(level, first, expected.size());
        for (int i = 0; i < expected.size(); i++) {
            if (i >= stored.size()) {
                return "node: missing, level=" + level + ", index=" + (first + i);
            }
            if (!Arrays.equals(stored.get(i), expected.get(i))) {
                return "node: " + hex(stored.get(i)) + " (expected: " + hex(expected.get(i)) + "), level=" + level
                        + ", index=" + (first + i);
            }
        }
        return null;
    }

    /** A node beyond the tree. A node that came with an event belongs to a commit since the audit began. */
    private @Nullable String surplus() throws StorageFailure {
        for (int level = 0; level < Long.SIZE - 1; level++) {
            long index = head.size() >>> level;
            if (!rows.nodes(level, index, 1).isEmpty()
                    && rows.leaves(head.size(), 1).isEmpty()) {
                return "node: beyond the tree, level=" + level + ", index=" + index + ", size=" + head.size();
            }
        }
        return null;
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
