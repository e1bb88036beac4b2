package org.liuhen.storage.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.storage.Ledger;

/** A log in arrays that tests can damage. */
final class ArrayRows implements LedgerRows {
    final List<Ledger.Leaf> leaves = new ArrayList<>();
    final Map<Integer, List<byte[]>> nodes = new TreeMap<>();
    private final CompactRange edge = CompactRange.empty();

    /** Appends an entry as it is, not the hash of an event. */
    void appendEntry(byte[] entry) {
        edge.append(
                TreeHash.leaf(entry),
                (level, index, hash) ->
                        nodes.computeIfAbsent(level, any -> new ArrayList<>()).add(hash));
    }

    void appendEvent() {
        long index = leaves.size();
        byte[] event = ("{\"sequence\":" + index + "}").getBytes(StandardCharsets.UTF_8);
        byte[] salt = {(byte) index};
        leaves.add(new Ledger.Leaf(index, salt, event));
        appendEntry(TreeHash.entry(salt, event));
    }

    @Override
    public Ledger.Head head() {
        return new Ledger.Head(edge.size(), edge.root());
    }

    @Override
    public List<Ledger.Leaf> leaves(long from, int count) {
        int start = (int) Math.min(from, leaves.size());
        return leaves.subList(start, Math.min(start + count, leaves.size()));
    }

    @Override
    public List<byte[]> nodes(int level, long from, int count) {
        List<byte[]> all = nodes.getOrDefault(level, List.of());
        int start = (int) Math.min(from, all.size());
        return all.subList(start, Math.min(start + count, all.size()));
    }
}
