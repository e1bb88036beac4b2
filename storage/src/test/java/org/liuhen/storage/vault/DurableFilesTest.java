package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    Path folder;

    @Test
    void durably_created_file_is_whole_and_never_replaced() throws Exception {
        Path file = folder.resolve("note");

        DurableFiles.createDurably(file, new byte[] {1, 2, 3}, "rw-------");

        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> DurableFiles.createDurably(file, new byte[] {4}, "rw-------"));
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void durably_replaced_file_is_the_new_one() throws Exception {
        Path file = folder.resolve("note");

        DurableFiles.replaceDurably(file, new byte[] {1}, "rw-r-----");
        DurableFiles.replaceDurably(file, new byte[] {2, 3}, "rw-r-----");

        assertThat(Files.readAllBytes(file)).containsExactly(2, 3);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void folder_is_never_renamed_onto_another_with_something_in_it() throws Exception {
        Path from = Files.createDirectory(folder.resolve("from"));
        Files.writeString(from.resolve("new"), "new");
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.writeString(to.resolve("old"), "old");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> DurableFiles.LOCAL.renameFolder(from, to));

        assertThat(to.resolve("old")).hasContent("old");
        assertThat(from.resolve("new")).hasContent("new");
    }

    @Test
    void lone_file_is_never_renamed_because_that_could_replace_another() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> DurableFiles.LOCAL.renameFolder(file, folder.resolve("other")));
    }

    @Test
    void large_heap_buffer_is_written_whole_and_keeps_its_limit() throws Exception {
        byte[] bytes = new byte[1_000_003];
        new java.util.Random(3).nextBytes(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, 1_000_000);
        try (FileCalls.OpenFile file = DurableFiles.LOCAL.create(folder.resolve("file"))) {
            file.write(buffer, 0);
            assertThat(file.sizeBytes()).isEqualTo(1_000_000);
        }

        assertThat(buffer.position()).isEqualTo(1_000_001);
        assertThat(buffer.limit()).isEqualTo(1_000_001);
        assertThat(Files.readAllBytes(folder.resolve("file")))
                .isEqualTo(java.util.Arrays.copyOfRange(bytes, 1, 1_000_001));
    }

    @Test
    void what_is_there_is_not_created_and_what_is_not_there_is_not_opened() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> DurableFiles.LOCAL.create(file));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> DurableFiles.LOCAL.reopen(folder.resolve("other")));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> DurableFiles.LOCAL.openFolder(file));
        assertThat(file).hasContent("x");
    }
}
