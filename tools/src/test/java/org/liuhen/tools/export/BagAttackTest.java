package org.liuhen.tools.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.VerifierKey;
import org.liuhen.tools.evidence.BagCheck;
import org.liuhen.tools.evidence.Refutation;

/** What somebody could do to a bag between the export and the court. */
class BagAttackTest {
    @TempDir
    private static Path folder;

    private static EvidenceRoom room;
    private static byte[] zip;

    @BeforeAll
    static void export() throws Exception {
        room = new EvidenceRoom(folder.resolve("vault"));
        room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 5_000));
        room.receive("BWC-8", "b.mp4", EvidenceRoom.footage(2, 3_000));
        room.stamp();
        zip = room.exported();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    private static void refused(byte[] bytes, String as, String... why) throws IOException {
        Path file = Files.write(folder.resolve("attacked.zip"), bytes);
        assertThatThrownBy(() -> BagCheck.check(file, List.of()))
                .as(as)
                .isInstanceOf(Refutation.class)
                .satisfies(failure -> assertThat(why).allMatch(String.valueOf(failure.getMessage())::contains));
    }

    /** The files of the bag, to be changed and packed again. */
    private static final class Unpacked {
        final Map<String, byte[]> files = new LinkedHashMap<>();

        Unpacked() throws IOException {
            try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip), StandardCharsets.UTF_8)) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    files.put(entry.getName().substring(entry.getName().indexOf('/') + 1), in.readAllBytes());
                }
            }
        }

        byte[] get(String path) {
            return Objects.requireNonNull(files.get(path), path);
        }

        String text(String path) {
            return new String(get(path), StandardCharsets.UTF_8);
        }

        Unpacked put(String path, String text) {
            files.put(path, text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        ObjectNode json(String path) throws IOException {
            return (ObjectNode) StoredJson.MAPPER.readTree(files.get(path));
        }

        Unpacked put(String path, JsonNode json) throws IOException {
            return put(path, StoredJson.MAPPER.writeValueAsString(json));
        }

        String first(String prefix, String suffix) {
            return files.keySet().stream()
                    .filter(path -> path.startsWith(prefix) && path.endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        }

        /** As a forger does it who knows the format: the lists are made anew. */
        byte[] forged() throws IOException {
            StringBuilder payload = new StringBuilder();
            StringBuilder tags = new StringBuilder();
            long bytes = 0;
            long count = 0;
            for (var file : files.entrySet()) {
                if (file.getKey().startsWith("data/")) {
                    payload.append(line(file.getKey()));
                    bytes += file.getValue().length;
                    count++;
                }
            }
            put("manifest-sha256.txt", payload.toString());
            put(
                    "bag-info.txt",
                    text("bag-info.txt").replaceFirst("Payload-Oxum: .*", "Payload-Oxum: " + bytes + "." + count));
            for (String path : files.keySet()) {
                if (!path.startsWith("data/") && !path.startsWith("tagmanifest")) {
                    tags.append(line(path));
                }
            }
            put("tagmanifest-sha256.txt", tags.toString());
            return packed("bag/");
        }

        private String line(String path) {
            return DigestUtils.sha256Hex(files.get(path)) + "  " + path + "\n";
        }

        byte[] packed(String base) throws IOException {
            java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
            try (ZipOutputStream packing = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
                for (var file : files.entrySet()) {
                    packing.putNextEntry(new ZipEntry(base + file.getKey()));
                    packing.write(file.getValue());
                    packing.closeEntry();
                }
            }
            return out.toByteArray();
        }
    }

    @Test
    void bag_packed_anew_by_another_program_still_passes() throws Exception {
        for (String base : new String[] {"", "another name/"}) {
            Path file = Files.write(folder.resolve("anew.zip"), new Unpacked().packed(base));
            assertThat(BagCheck.check(file, List.of()).originals()).isEqualTo(2);
        }
    }

    @Test
    void truncated_anywhere_it_is_refused() throws Exception {
        Random random = new Random(20261120);
        List<Integer> lengths = new ArrayList<>(List.of(0, 1, 21, 22, zip.length - 1, zip.length - 22));
        for (int i = 0; i < 100; i++) {
            lengths.add(random.nextInt(zip.length));
        }
        for (int length : lengths) {
            refused(Arrays.copyOf(zip, length), "cut to " + length);
        }
    }

    @Test
    void every_flipped_bit_of_the_contents_is_found() throws Exception {
        Random random = new Random(20261121);
        int contents = 0;
        for (int i = 0; i < 400; i++) {
            int bit = random.nextInt(zip.length * 8);
            byte[] flipped = zip.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Path file = Files.write(folder.resolve("flipped.zip"), flipped);
            try {
                BagCheck.check(file, List.of());
                // only versions and attributes of operating systems, in a zip's own records, say nothing
                assertThat(contentsOf(flipped)).as("bit " + bit).isEqualTo(contentsOf(zip));
            } catch (Refutation expected) {
                assertThat(expected.what()).isNotBlank();
                contents++;
            }
        }
        assertThat(contents).isGreaterThan(380);
    }

    private static Map<String, String> contentsOf(byte[] bytes) throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                contents.put(entry.getName(), DigestUtils.sha256Hex(in.readAllBytes()));
            }
        }
        return contents;
    }

    @Test
    void every_file_that_is_edited_is_named() throws Exception {
        for (String path : new Unpacked().files.keySet()) {
            Unpacked bag = new Unpacked();
            byte[] edited = bag.get(path).clone();
            edited[edited.length / 2] ^= 1;
            bag.files.put(path, edited);
            String named = path.startsWith("tagmanifest") || path.startsWith("manifest") || path.equals("bag-info.txt")
                    ? ""
                    : path;
            refused(bag.packed("bag/"), path, named);
        }
    }

    @Test
    void missing_extra_and_repeated_files_are_named() throws Exception {
        for (String path : new Unpacked().files.keySet()) {
            Unpacked bag = new Unpacked();
            bag.files.remove(path);
            refused(bag.packed("bag/"), "without " + path);
        }
        refused(new Unpacked().put("data/extra.txt", "x").packed("bag/"), "extra", "does not list data/extra.txt");
        refused(new Unpacked().put("extra.txt", "x").packed("bag/"), "extra", "does not list extra.txt");
        refused(new Unpacked().put("data/originals/extra.mp4", "x").forged(), "extra", "does not list data/originals");
        Unpacked twice = new Unpacked();
        String line = twice.text("manifest-sha256.txt").lines().findFirst().orElseThrow();
        refused(
                twice.put("manifest-sha256.txt", twice.text("manifest-sha256.txt") + line + "\n")
                        .packed("bag/"),
                "twice",
                "lists twice");
        refused(
                new Unpacked()
                        .put("manifest-sha256.txt", "0".repeat(64) + "  ../../etc/passwd\n")
                        .packed("bag/"),
                "path",
                "leads out");
        refused(new Unpacked().put("fetch.txt", "http://x 1 data/x\n").forged(), "fetch", "fetch.txt");
        refused(new Unpacked().put("bagit.txt", "BagIt-Version: 9.9\n").forged(), "version", "bagit.txt");
        Unpacked two = new Unpacked();
        two.put("other/bagit.txt", two.text("bagit.txt"));
        refused(two.packed(""), "two bags", "one bag");
    }

    /** Changes made by somebody who makes all lists anew: only the log stands against them. */
    @Test
    void forgeries_with_lists_made_anew_are_found_by_the_log() throws Exception {
        Unpacked footage = new Unpacked();
        footage.get(footage.first("data/originals/", ""))[100] ^= 1;
        refused(footage.forged(), "footage", "data/originals/");
        forgedList("sha256 of an item", list -> item(list).put("sha256", "0".repeat(64)));
        forgedList("sm3", list -> item(list).put("sm3", "0".repeat(64)), "SM3");
        forgedList("device", list -> item(list).put("device", "BWC-9"), "do not make the id");
        forgedList("count", list -> list.put("count", 3), "count");
        forgedList("export", list -> list.put("export", "00000000"), "knows nothing of this export");
        forgedList("case", list -> list.put("case", "another"), "External-Identifier");
        forgedList(
                "an item less",
                list -> {
                    ((ArrayNode) list.get("items")).remove(0);
                    list.put("count", 1).put("size", 3_000);
                },
                "does not list data/originals");
        forgedList(
                "an item twice",
                list -> {
                    ArrayNode items = (ArrayNode) list.get("items");
                    items.add(items.get(0));
                    list.put("count", 3);
                },
                "lists twice");
        forgedList("a later format", list -> list.put("format", "liuhen-transmittal-2"), "format");
        forgedList("a path out", list -> item(list).put("custody", "../../etc/passwd"), "lacks");
    }

    private interface Forgery extends Consumer<ObjectNode> {}

    private static ObjectNode item(ObjectNode list) {
        return (ObjectNode) list.get("items").get(0);
    }

    private static void forgedList(String as, Forgery forgery, String... why) throws IOException {
        Unpacked bag = new Unpacked();
        ObjectNode list = bag.json("data/transmittal.json");
        forgery.accept(list);
        refused(bag.put("data/transmittal.json", list).forged(), as, why);
    }

    @Test
    void forged_custody_is_found() throws Exception {
        String path = new Unpacked().first("data/custody/", ".json");
        forgedCustody(path, "an event less at the begin", paper -> events(paper).remove(0), "no event of receipt");
        forgedCustody(
                path,
                "an event edited",
                paper -> {
                    ObjectNode entry = (ObjectNode) events(paper).get(0);
                    String text = entry.get("eventText").asText().replace("a.mp4", "z.mp4");
                    entry.put("eventText", text);
                    entry.put(
                            "event",
                            java.util.Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
                },
                "not in the log");
        forgedCustody(
                path,
                "text for people edited",
                paper -> ((ObjectNode) events(paper).get(0)).put("eventText", "{}"),
                "reads other than it is");
        forgedCustody(
                path,
                "events in another order",
                paper -> events(paper).add(events(paper).get(0)),
                "out of order");
        forgedCustody(path, "no events", paper -> events(paper).removeAll(), "no event of receipt");
        forgedCustody(path, "tree", paper -> paper.put("treeSize", 3), "treeSize");
        forgedCustody(
                path,
                "a proof too long",
                paper -> {
                    ArrayNode proof = (ArrayNode) events(paper).get(0).get("proof");
                    for (int i = 0; i < 100; i++) {
                        proof.add("AAAA");
                    }
                },
                "has no proof");
        Unpacked swapped = new Unpacked();
        List<String> papers = swapped.files.keySet().stream()
                .filter(one -> one.matches("data/custody/.*json"))
                .toList();
        swapped.put(papers.get(0), swapped.text(papers.get(1)));
        refused(swapped.forged(), "swapped", "recording");
    }

    private static ArrayNode events(ObjectNode paper) {
        return (ArrayNode) paper.get("events");
    }

    private static void forgedCustody(String path, String as, Consumer<ObjectNode> forgery, String... why)
            throws IOException {
        Unpacked bag = new Unpacked();
        ObjectNode paper = bag.json(path);
        forgery.accept(paper);
        refused(bag.put(path, paper).forged(), as, why);
    }

    @Test
    void forged_heads_receipts_and_keys_are_found() throws Exception {
        Unpacked smaller = new Unpacked();
        String note = smaller.text("data/ledger/checkpoint");
        smaller.put("data/ledger/checkpoint", note.replaceFirst("\n[0-9]+\n", "\n2\n"));
        refused(smaller.forged(), "head", "is not signed");
        Unpacked receipt = new Unpacked();
        String path = receipt.first("data/receipts/", ".json");
        ObjectNode json = receipt.json(path);
        refused(receipt.put(path, json.put("size", 7)).forged(), "receipt", path);
        try (EvidenceRoom other = new EvidenceRoom(folder.resolve("other"))) {
            Unpacked strange = new Unpacked();
            strange.put("data/ledger/verifier-keys.txt", other.catalog.ledger().verifierKey() + "\n");
            refused(strange.forged(), "key", "is not signed");
            Path file = Files.write(folder.resolve("whole.zip"), zip);
            assertThatThrownBy(() -> BagCheck.check(
                            file,
                            List.of(VerifierKey.parse(other.catalog.ledger().verifierKey()))))
                    .isInstanceOf(Refutation.class)
                    .hasMessageContaining("is not signed by a given key");
        }
    }

    @Test
    void forged_timestamps_are_found() throws Exception {
        String stem = "data/ledger/timestamps/2";
        Unpacked later = new Unpacked();
        later.put(stem + ".checkpoint", later.text("data/ledger/checkpoint"));
        refused(later.forged(), "later", stem, "stamps something else");
        Unpacked shrunk = new Unpacked();
        ObjectNode proof = shrunk.json(stem + ".consistency.json");
        proof.withArray("proof").remove(0);
        refused(shrunk.put(stem + ".consistency.json", proof).forged(), "proof", stem, "only grew");
        Unpacked bare = new Unpacked();
        bare.files.remove(stem + ".tsr");
        refused(bare.forged(), "no token", stem, "without its token");
        Unpacked renamed = new Unpacked();
        for (String end : List.of(".checkpoint", ".tsr", ".consistency.json")) {
            renamed.files.put("data/ledger/timestamps/3" + end, renamed.get(stem + end));
        }
        refused(renamed.forged(), "renamed", "timestamps/3.checkpoint", "another log or size");
        refused(new Unpacked().put(stem + ".txt", "x\n").forged(), "stray", stem + ".txt");
    }

    @Test
    void rubbish_is_refused_not_believed() throws Exception {
        Random random = new Random(20261122);
        for (String path : new Unpacked().files.keySet()) {
            if (path.startsWith("data/originals")
                    || path.endsWith(".html")
                    || path.endsWith(".csv")
                    || path.equals("README.txt")) {
                continue;
            }
            for (String rubbish : new String[] {"", "{}", "[]", "null", "\n\n", "{\"items\":7}", "\ud83d\ude00: x\n"}) {
                Unpacked bag = new Unpacked().put(path, rubbish);
                boolean isList = !path.startsWith("data/") || path.contains("manifest-");
                refused(isList ? bag.packed("bag/") : bag.forged(), path + " as " + rubbish);
            }
            byte[] noise = new byte[1000];
            random.nextBytes(noise);
            Unpacked bag = new Unpacked();
            bag.files.put(path, noise);
            refused(path.startsWith("data/") ? bag.forged() : bag.packed("bag/"), path + " as noise");
        }
    }

    @Test
    void file_that_is_no_zip_is_refused() throws Exception {
        refused(new byte[0], "empty");
        refused("hello".getBytes(StandardCharsets.UTF_8), "text");
        refused(new byte[1_000_000], "zeros");
        try (OutputStream out = Files.newOutputStream(folder.resolve("none.zip"));
                ZipOutputStream none = new ZipOutputStream(out)) {
            none.finish();
        }
        refused(Files.readAllBytes(folder.resolve("none.zip")), "no entries", "one bag");
    }
}
