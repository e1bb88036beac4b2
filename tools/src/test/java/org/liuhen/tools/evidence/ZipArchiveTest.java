package org.liuhen.tools.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipArchiveTest {
    @TempDir
    private Path folder;

    /** A zip made by the platform; entries are deflated with descriptors, or stored. */
    private static byte[] zip(boolean stored, String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (String name : names) {
                byte[] contents = ("contents of " + name).getBytes(StandardCharsets.UTF_8);
                ZipEntry entry = new ZipEntry(name);
                if (stored) {
                    CRC32 crc32 = new CRC32();
                    crc32.update(contents);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(contents.length);
                    entry.setCrc(crc32.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(contents);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private void readAll(byte[] zip) throws IOException, Refutation {
        Path file = Files.write(folder.resolve("z.zip"), zip);
        try (ZipArchive archive = ZipArchive.open(file)) {
            for (String name : archive.names()) {
                archive.read(name, (bytes, length) -> {});
            }
        }
    }

    private void refused(byte[] zip, String why) {
        assertThatThrownBy(() -> readAll(zip)).isInstanceOf(Refutation.class).hasMessageContaining(why);
    }

    /** Where the n-th central record begins. */
    private static int central(byte[] zip, int n) {
        ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int at = in.getInt(zip.length - 6);
        for (int i = 0; i < n; i++) {
            at += 46 + in.getShort(at + 28) + in.getShort(at + 30) + in.getShort(at + 32);
        }
        return at;
    }

    private static ByteBuffer edit(byte[] zip) {
        return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void stored_and_deflated_zips_of_the_platform_are_read() throws Exception {
        for (boolean stored : new boolean[] {true, false}) {
            Path file = Files.write(folder.resolve("z.zip"), zip(stored, "a/b.txt", "a/现场.txt"));
            try (ZipArchive archive = ZipArchive.open(file)) {
                assertThat(archive.names()).containsExactly("a/b.txt", "a/现场.txt");
                ByteArrayOutputStream contents = new ByteArrayOutputStream();
                archive.read("a/现场.txt", (bytes, length) -> contents.write(bytes, 0, length));
                assertThat(contents.toString(StandardCharsets.UTF_8)).isEqualTo("contents of a/现场.txt");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/../x",
                "/etc/x",
                "a//x",
                "./x",
                "a/./x",
                "C:x",
                "C:/x",
                "a\\x",
                "\\\\host\\x",
                "a\0x",
                "a\nx",
                "a/x.",
                "a/x ",
                "a\u202ex",
                "x:stream",
                "a/..",
                "..",
                "a?x",
                "a*x"
            })
    void paths_that_are_more_than_a_name_are_refused(String name) throws Exception {
        refused(zip(true, "a/y", name), "path:");
    }

    @Test
    void names_that_are_one_file_on_some_system_are_refused() throws Exception {
        refused(zip(true, "a/x", "A/X"), "two entries of one name");
        refused(zip(true, "a/é", "a/e\u0301"), "two entries of one name");
        refused(zip(true, "a", "a/x"), "below a file");
        byte[] twice = zip(true, "a/x", "a/y");
        // both descriptions are edited, so that only the repetition is wrong
        edit(twice).put(central(twice, 1) + 46 + 2, (byte) 'x');
        int second = edit(twice).getInt(central(twice, 1) + 42);
        edit(twice).put(second + 30 + 2, (byte) 'x');
        refused(twice, "two entries of one name");
    }

    @Test
    void two_descriptions_must_agree() throws Exception {
        for (boolean stored : new boolean[] {true, false}) {
            byte[] name = zip(stored, "a/x", "a/y");
            edit(name).put(30, (byte) 'b');
            refused(name, "disagree");
            byte[] method = zip(stored, "a/x", "a/y");
            edit(method).putShort(8, (short) (stored ? 8 : 0));
            refused(method, "disagree");
        }
        byte[] size = zip(true, "a/x", "a/y");
        edit(size).putInt(22, 1);
        refused(size, "disagree");
        byte[] crc = zip(true, "a/x", "a/y");
        edit(crc).putInt(14, 1);
        refused(crc, "disagree");
    }

    @Test
    void overlapping_entries_gaps_and_hidden_bytes_are_refused() throws Exception {
        byte[] overlap = zip(true, "a/x", "a/y");
        edit(overlap).putInt(central(overlap, 1) + 42, 0);
        refused(overlap, "overlap");
        byte[] whole = zip(true, "a/x");
        byte[] before = new byte[whole.length + 4];
        System.arraycopy(whole, 0, before, 4, whole.length);
        refused(before, "directory is not where");
        refused(Arrays.copyOf(whole, whole.length + 4), "cut off");
        byte[] hidden = zip(true, "a/x", "a/y");
        // drops the second entry from the directory, but leaves its bytes
        int first = central(hidden, 0);
        int second = central(hidden, 1);
        byte[] shorter = new byte[hidden.length - (hidden.length - 22 - second)];
        System.arraycopy(hidden, 0, shorter, 0, second);
        System.arraycopy(hidden, hidden.length - 22, shorter, second, 22);
        edit(shorter).putShort(shorter.length - 14, (short) 1).putShort(shorter.length - 12, (short) 1);
        edit(shorter).putInt(shorter.length - 10, second - first);
        refused(shorter, "belong to nothing");
    }

    @Test
    void links_encryption_and_strange_methods_are_refused() throws Exception {
        byte[] link = zip(true, "a/x");
        edit(link).put(central(link, 0) + 5, (byte) 3).putInt(central(link, 0) + 38, 0xa1ff << 16);
        refused(link, "link or a device");
        byte[] encrypted = zip(true, "a/x");
        edit(encrypted).putShort(6, (short) 0x801).putShort(central(encrypted, 0) + 8, (short) 0x801);
        refused(encrypted, "encrypted");
        byte[] method = zip(true, "a/x");
        edit(method).putShort(8, (short) 12).putShort(central(method, 0) + 10, (short) 12);
        refused(method, "packed by method 12");
    }

    @Test
    void zip_bomb_is_refused_unread() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a/zeros"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        }
        refused(bytes.toByteArray(), "zip bomb");
    }

    @Test
    void entry_that_inflates_to_more_than_it_says_is_refused() throws Exception {
        byte[] liar = zip(false, "a/x");
        int at = central(liar, 0);
        int size = edit(liar).getInt(at + 24);
        edit(liar).putInt(at + 24, size - 1);
        // its descriptor lies along: signature, crc, packed, size
        int descriptor = at - 16;
        edit(liar).putInt(descriptor + 12, size - 1);
        refused(liar, "unpacks to more");
    }

    @Test
    void more_entries_than_said_or_fewer_are_refused() throws Exception {
        byte[] fewer = zip(true, "a/x", "a/y");
        edit(fewer).putShort(fewer.length - 14, (short) 3).putShort(fewer.length - 12, (short) 3);
        refused(fewer, "expected: 3");
        byte[] more = zip(true, "a/x", "a/y");
        edit(more).putShort(more.length - 14, (short) 1).putShort(more.length - 12, (short) 1);
        refused(more, "more entries than it says");
    }

    @Test
    void truncated_anywhere_it_is_refused() throws Exception {
        byte[] whole = zip(true, "a/x", "a/y");
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> readAll(cut)).as("cut to " + cut.length).isInstanceOf(Refutation.class);
        }
    }

    @Test
    void every_flipped_bit_is_refused_or_says_nothing() throws Exception {
        byte[] whole = zip(true, "a/x", "a/y");
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            if (isIdle(whole, bit / 8)) {
                continue;
            }
            int at = bit;
            assertThatThrownBy(() -> readAll(flipped)).as("bit " + at).isInstanceOf(Refutation.class);
        }
    }

    /** Whether a byte says nothing about contents: versions and attributes of systems. */
    private static boolean isIdle(byte[] zip, int at) {
        ByteBuffer in = edit(zip);
        int begin = central(zip, 0);
        for (int n = 0; n < 2; n++) {
            int record = central(zip, n);
            int local = in.getInt(record + 42);
            int offset = at - record;
            if ((at - local >= 4 && at - local < 6) || (offset >= 4 && offset < 8) || (offset >= 36 && offset < 42)) {
                return true;
            }
        }
        return begin < 0;
    }
}
