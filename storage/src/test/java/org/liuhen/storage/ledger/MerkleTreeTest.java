package org.liuhen.storage.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.contract.NaiveLog;

final class MerkleTreeTest {
    /** The eight leaves and the roots over the first 1 to 8 of them that implementations of RFC 6962 test with. */
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void known_leaves_have_the_known_roots() throws Exception {
        ArrayRows rows = new ArrayRows();
        assertThat(HexFormat.of().formatHex(rows.head().root()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (int i = 0; i < LEAVES.size(); i++) {
            rows.appendEntry(HexFormat.of().parseHex(LEAVES.get(i)));
            assertThat(HexFormat.of().formatHex(rows.head().root())).isEqualTo(ROOTS.get(i));
            assertThat(HexFormat.of().formatHex(Proofs.root(rows, 0, i + 1))).isEqualTo(ROOTS.get(i));
        }
    }

    @Test
    void edge_loaded_from_stored_nodes_goes_on_as_if_it_had_never_stopped() throws Exception {
        ArrayRows rows = new ArrayRows();
        for (int size = 0; size < 300; size++) {
            CompactRange loaded = CompactRange.load(rows, size);
            assertThat(loaded.size()).isEqualTo(size);
            assertThat(loaded.root()).isEqualTo(rows.head().root());
            rows.appendEvent();
        }
    }

    @Test
    void every_proof_is_the_strangers_and_is_accepted() throws Exception {
        List<byte[]> entries = new ArrayList<>();
        ArrayRows rows = new ArrayRows();
        for (int size = 1; size <= 70; size++) {
            byte[] entry = {(byte) size, 7};
            entries.add(entry);
            rows.appendEntry(entry);
            byte[] root = NaiveLog.root(entries);
            assertThat(rows.head().root()).isEqualTo(root);
            for (int index = 0; index < size; index++) {
                List<byte[]> proof = Proofs.inclusion(rows, index, size);
                assertThat(proof).usingElementComparator(Arrays::compare).isEqualTo(NaiveLog.path(index, entries));
                assertThat(ProofCheck.inclusion(TreeHash.leaf(entries.get(index)), index, size, proof, root))
                        .isTrue();
            }
            for (int old = 1; old <= size; old++) {
                List<byte[]> proof = Proofs.consistency(rows, old, size);
                List<byte[]> then = entries.subList(0, old);
                assertThat(proof).usingElementComparator(Arrays::compare).isEqualTo(NaiveLog.proof(old, entries));
                assertThat(ProofCheck.consistency(old, size, NaiveLog.root(then), root, proof))
                        .isTrue();
            }
        }
    }

    @Test
    void proofs_of_large_trees_are_the_strangers() throws Exception {
        long seed = 6962;
        Random random = new Random(seed);
        List<byte[]> entries = new ArrayList<>();
        ArrayRows rows = new ArrayRows();
        for (int i = 0; i < 3000; i++) {
            byte[] entry = new byte[8];
            random.nextBytes(entry);
            entries.add(entry);
            rows.appendEntry(entry);
        }
        for (int round = 0; round < 60; round++) {
            int size = 1 + random.nextInt(entries.size());
            int index = random.nextInt(size);
            List<byte[]> then = entries.subList(0, size);
            assertThat(Proofs.inclusion(rows, index, size))
                    .as("seed %d, leaf %d of %d", seed, index, size)
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(NaiveLog.path(index, then));
            int old = 1 + random.nextInt(size);
            assertThat(Proofs.consistency(rows, old, size))
                    .as("seed %d, %d to %d", seed, old, size)
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(NaiveLog.proof(old, then));
        }
    }

    @Test
    void proof_that_was_tampered_with_is_refused() throws Exception {
        ArrayRows rows = new ArrayRows();
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            entries.add(new byte[] {(byte) i});
            rows.appendEntry(entries.get(i));
        }
        byte[] root = rows.head().root();
        byte[] leaf = TreeHash.leaf(entries.get(11));
        List<byte[]> proof = Proofs.inclusion(rows, 11, 23);
        assertThat(ProofCheck.inclusion(leaf, 11, 23, proof, root)).isTrue();
        assertThat(ProofCheck.inclusion(leaf, 12, 23, proof, root)).isFalse();
        assertThat(ProofCheck.inclusion(leaf, 11, 33, proof, root)).isFalse();
        assertThat(ProofCheck.inclusion(leaf, -1, 23, proof, root)).isFalse();
        assertThat(ProofCheck.inclusion(leaf, 23, 23, proof, root)).isFalse();
        assertThat(ProofCheck.inclusion(root, 11, 23, proof, root)).isFalse();
        byte[] oldRoot = NaiveLog.root(entries.subList(0, 13));
        List<byte[]> growth = Proofs.consistency(rows, 13, 23);
        assertThat(ProofCheck.consistency(13, 23, oldRoot, root, growth)).isTrue();
        assertThat(ProofCheck.consistency(12, 23, oldRoot, root, growth)).isFalse();
        assertThat(ProofCheck.consistency(13, 23, root, root, growth)).isFalse();
        assertThat(ProofCheck.consistency(23, 13, root, oldRoot, growth)).isFalse();
        assertThat(ProofCheck.consistency(13, 23, oldRoot, root, List.of())).isFalse();
        for (List<byte[]> original : List.of(proof, growth)) {
            for (List<byte[]> altered : alterations(original)) {
                assertThat(ProofCheck.inclusion(leaf, 11, 23, altered, root)).isFalse();
                assertThat(ProofCheck.consistency(13, 23, oldRoot, root, altered))
                        .isFalse();
            }
        }
    }

    private static List<List<byte[]>> alterations(List<byte[]> proof) {
        List<List<byte[]>> altered = new ArrayList<>();
        altered.add(proof.subList(1, proof.size()));
        altered.add(proof.subList(0, proof.size() - 1));
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(proof.get(0));
        altered.add(longer);
        for (int i = 0; i < proof.size(); i++) {
            List<byte[]> flipped = new ArrayList<>(proof);
            byte[] hash = proof.get(i).clone();
            hash[i % hash.length] ^= 1;
            flipped.set(i, hash);
            altered.add(flipped);
        }
        return altered;
    }

    @Test
    void audit_names_the_first_thing_that_was_damaged() throws Exception {
        assertThat(LedgerAudit.firstDifference(damaged(rows -> {}))).isEmpty();
        assertThat(LedgerAudit.firstDifference(
                        damaged(rows -> flip(rows.leaves.get(1234).event(), 13))))
                .hasValueSatisfying(difference -> assertThat(difference).contains("numbered"));
        assertThat(LedgerAudit.firstDifference(
                        damaged(rows -> flip(rows.leaves.get(1234).salt(), 0))))
                .hasValueSatisfying(difference -> assertThat(difference).contains("level=0, index=1234"));
        assertThat(LedgerAudit.firstDifference(damaged(rows -> rows.leaves.remove(2999))))
                .hasValueSatisfying(difference -> assertThat(difference).isEqualTo("event: missing, sequence=2999"));
        assertThat(LedgerAudit.firstDifference(damaged(rows -> flip(node(rows, 7, 20), 3))))
                .hasValueSatisfying(difference -> assertThat(difference).contains("level=7, index=20"));
        assertThat(LedgerAudit.firstDifference(damaged(rows -> nodesOf(rows, 11).clear())))
                .hasValueSatisfying(difference -> assertThat(difference).isEqualTo("node: missing, level=11, index=0"));
        assertThat(LedgerAudit.firstDifference(damaged(rows -> nodesOf(rows, 0).add(new byte[32]))))
                .hasValueSatisfying(difference -> assertThat(difference).contains("beyond the tree"));
    }

    private static List<byte[]> nodesOf(ArrayRows rows, int level) {
        return rows.nodes.computeIfAbsent(level, any -> new ArrayList<>());
    }

    private static byte[] node(ArrayRows rows, int level, int index) {
        return nodesOf(rows, level).get(index);
    }

    private static void flip(byte[] bytes, int at) {
        bytes[at] ^= 1;
    }

    private static ArrayRows damaged(java.util.function.Consumer<ArrayRows> damage) {
        ArrayRows rows = new ArrayRows();
        for (int i = 0; i < 3000; i++) {
            rows.appendEvent();
        }
        damage.accept(rows);
        return rows;
    }
}
