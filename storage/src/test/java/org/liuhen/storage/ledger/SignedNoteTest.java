package org.liuhen.storage.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.NaiveLog;

final class SignedNoteTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The key pair and the note that golang.org/x/mod/sumdb/note documents and tests with. */
    private static final String GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String GO_NOTE = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
            """;

    @TempDir
    Path folder;

    @Test
    void note_signed_by_another_program_is_opened() {
        String text = VerifierKey.parse(GO_VERIFIER).open(GO_NOTE);
        assertThat(text).startsWith("If you think").endsWith("problem is.\n");
        assertThat(VerifierKey.parse(GO_VERIFIER)).hasToString(GO_VERIFIER);
    }

    @Test
    void our_notes_are_opened_by_a_stranger() throws Exception {
        SigningKey key = SigningKey.fresh(RANDOM);
        String note = key.sign("留痕\n17\nAAAA\n");
        assertThat(NaiveLog.openNote(note, key.verifier().toString())).isEqualTo("留痕\n17\nAAAA\n");
        assertThat(key.verifier().open(note)).isEqualTo("留痕\n17\nAAAA\n");
    }

    @Test
    void edited_note_is_refused_and_foreign_signatures_are_ignored() {
        SigningKey key = SigningKey.fresh(RANDOM);
        String note = key.sign("a\nb\n");
        String cosigned =
                note + "— witness.example AAAAAAAA\n— " + key.verifier().name() + " !!!\n";
        assertThat(key.verifier().open(cosigned)).isEqualTo("a\nb\n");
        for (String bad : List.of(
                "",
                "\n",
                "\n\n",
                "a\nb\n",
                note.replace('b', 'c'),
                "x" + note,
                note.substring(1),
                note.strip(),
                SigningKey.fresh(RANDOM).sign("a\nb\n"))) {
            assertThatThrownBy(() -> key.verifier().open(bad)).isInstanceOf(InvalidField.class);
        }
    }

    @Test
    void verifier_key_with_a_flaw_is_refused() {
        for (String bad : List.of(
                "",
                "+",
                "a+b",
                "a+b+c",
                GO_VERIFIER.replace("Peter", "Piter"),
                GO_VERIFIER.replace("c74f20a3", "C74F20A3"),
                GO_VERIFIER.replace("ARpc", "ARpd"),
                GO_VERIFIER.replace("ARpc", "AhpC"),
                GO_VERIFIER + "A",
                "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")) {
            assertThatThrownBy(() -> VerifierKey.parse(bad)).isInstanceOf(InvalidField.class);
        }
    }

    @Test
    void key_is_made_once_for_its_owner_only() throws Exception {
        Path keys = folder.resolve("keys");
        String first = SigningKey.open(keys, RANDOM).verifier().toString();
        assertThat(SigningKey.open(keys, RANDOM).verifier()).hasToString(first);
        assertThat(first).startsWith("liuhen.local/");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve(SigningKey.FILE))))
                .isEqualTo("rw-------");
        try (var files = Files.list(keys)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void damaged_key_file_is_refused_and_left_as_it_is() throws Exception {
        SigningKey.open(folder, RANDOM);
        Path file = folder.resolve(SigningKey.FILE);
        String good = Files.readString(file);
        List<String> lines = good.lines().toList();
        String other = SigningKey.fresh(RANDOM).verifier().toString();
        for (String bad : List.of(
                "",
                "rubbish\n",
                lines.get(0) + "\n",
                good.replace("PRIVATE+KEY+", "PRIVATE+"),
                lines.get(0) + "\n" + lines.get(1) + "\n" + other + "\n",
                good.replace(
                        lines.get(1), lines.get(1).substring(0, lines.get(1).length() - 4)),
                good + "more\n")) {
            Files.writeString(file, bad);
            assertFailure(StorageFailure.Kind.CORRUPT);
            assertThat(file).hasContent(bad);
        }
        Files.write(file, new byte[] {(byte) 0xff, 0, (byte) 0xfe});
        assertFailure(StorageFailure.Kind.CORRUPT);
        Files.writeString(file, good.replace("ledger key 1", "ledger key 2"));
        assertFailure(StorageFailure.Kind.FORMAT_TOO_NEW);
    }

    private void assertFailure(StorageFailure.Kind kind) {
        assertThatThrownBy(() -> SigningKey.open(folder, RANDOM))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void checkpoint_is_read_back_and_rubbish_is_not() {
        Checkpoint checkpoint = new Checkpoint("liuhen.local/ab", 20, NaiveLog.sha256());
        Checkpoint read = Checkpoint.parse(checkpoint.text() + "extension line\n");
        assertThat(read.origin()).isEqualTo("liuhen.local/ab");
        assertThat(read.size()).isEqualTo(20);
        assertThat(read.root()).isEqualTo(NaiveLog.sha256());
        String text = checkpoint.text();
        for (String bad : List.of(
                "",
                "\n\n\n",
                text.replace("\n20\n", "\n020\n"),
                text.replace("\n20\n", "\n-1\n"),
                text.replace("\n20\n", "\n99999999999999999999\n"),
                text.replace("\n20\n", "\n\n"),
                text.substring(0, text.length() - 6),
                "o\n1\n!!!!\n",
                "o\n1\nAAAA\n")) {
            assertThatThrownBy(() -> Checkpoint.parse(bad)).isInstanceOf(InvalidField.class);
        }
    }

    @Test
    void signing_a_text_without_line_end_is_our_mistake() {
        assertThatThrownBy(() -> SigningKey.fresh(RANDOM).sign("a")).isInstanceOf(IllegalArgumentException.class);
        assertThat("— ".getBytes(StandardCharsets.UTF_8)).hasSize(4);
    }
}
