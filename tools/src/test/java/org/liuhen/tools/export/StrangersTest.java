package org.liuhen.tools.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody does with a bag who has none of our programs: exactly what the page in it says. */
@Tag("world")
class StrangersTest {
    @TempDir
    private Path folder;

    private Path bag = Path.of("");
    private Path zip = Path.of("");

    private record Ran(int exit, String out) {}

    @BeforeEach
    void exportAndUnpack() throws Exception {
        try (EvidenceRoom room = new EvidenceRoom(folder.resolve("vault"))) {
            room.receive("BWC-7", "VID_0001.mp4", EvidenceRoom.footage(1, 3_000_000));
            room.receive("讯问室2-全景", "现场 2.mkv", EvidenceRoom.footage(2, 1_500_000));
            room.receive("BWC-8", "empty.mp4", new byte[0]);
            zip = room.export(folder.resolve("bag.zip"));
        }
        Ran unpacked =
                run(folder, "unzip -q bag.zip -d unpacked && test $(ls unpacked | wc -l) = 1 && mv unpacked/* bag");
        assertThat(unpacked.exit()).as(unpacked.out()).isZero();
        bag = folder.resolve("bag");
    }

    private Ran run(Path where, String script) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        int exit = process.waitFor();
        return new Ran(exit, Files.readString(out, StandardCharsets.UTF_8));
    }

    /** The commands that the bag's own page prints, one block each. */
    private List<String> printed() throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readAllLines(bag.resolve("README.txt"), StandardCharsets.UTF_8)) {
            if (line.equals("```")) {
                if (block != null) {
                    blocks.add(block.toString());
                }
                block = block == null ? new StringBuilder() : null;
            } else if (block != null) {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }

    @Test
    void every_command_of_the_page_in_the_bag_succeeds() throws Exception {
        List<String> printed = printed();
        assertThat(printed).hasSize(5);
        for (String command : printed) {
            Ran ran = run(bag, command);
            assertThat(ran.exit()).as(command + ran.out()).isZero();
        }
        assertThat(run(bag, printed.get(3)).out()).contains("Signature Verified Successfully");
        assertThat(run(bag, printed.get(4)).out()).contains("events proved");
    }

    @Test
    void every_command_of_the_page_notices_what_it_is_for() throws Exception {
        List<String> printed = printed();
        Path footage;
        try (Stream<Path> originals = Files.list(bag.resolve("data/originals"))) {
            footage = originals
                    .filter(path -> path.toString().endsWith(".mkv"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(footage);
        bytes[7] ^= 1;
        Files.write(footage, bytes);
        assertThat(run(bag, printed.get(0)).exit()).isNotZero();
        assertThat(run(bag, printed.get(1)).exit()).isNotZero();
        assertThat(run(bag, printed.get(4)).exit()).isNotZero();
        Path checkpoint = bag.resolve("data/ledger/checkpoint");
        String note = Files.readString(checkpoint);
        Files.writeString(checkpoint, note.replaceFirst("\n[0-9]+\n", "\n99\n"));
        assertThat(run(bag, printed.get(3)).exit()).isNotZero();
    }

    @Test
    void zip_is_whole_for_other_programs() throws Exception {
        Ran tested = run(folder, "unzip -tq bag.zip && python3 -m zipfile -t bag.zip");
        assertThat(tested.exit()).as(tested.out()).isZero();
    }

    @Test
    void transmittal_list_says_the_sm3_that_openssl_computes() throws Exception {
        Ran ran = run(
                bag,
                "for file in data/originals/*; do sm3=$(openssl dgst -sm3 -r \"$file\" | cut -d' ' -f1);"
                        + " grep -q \"$sm3\" data/transmittal.json; grep -q \"$sm3\" data/transmittal.csv;"
                        + " grep -q \"$sm3\" data/transmittal.html; done");
        assertThat(ran.exit()).as(ran.out()).isZero();
        assertThat(zip).exists();
    }
}
