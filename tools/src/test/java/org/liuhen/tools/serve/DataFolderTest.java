package org.liuhen.tools.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StorageFailure;

class DataFolderTest {
    @TempDir
    private Path folder;

    @Test
    void one_holder_at_a_time_and_the_next_is_told_who() throws Exception {
        try (DataFolder held = DataFolder.open(folder.resolve("data"))) {
            assertThatThrownBy(() -> DataFolder.open(held.root()))
                    .isInstanceOfSatisfying(
                            StorageFailure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.LOCKED))
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        DataFolder.open(folder.resolve("data")).close();
    }

    @Test
    void only_the_owner_sees_keys_and_the_private_socket() throws Exception {
        try (DataFolder data = DataFolder.open(folder.resolve("data"))) {
            for (Path owned : new Path[] {data.keys(), data.socket().getParent()}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(owned)))
                        .isEqualTo("rwx------");
            }
        }
    }

    @Test
    void path_too_long_for_a_socket_is_refused_before_anything_is_made() {
        Path deep = folder.resolve("x".repeat(120));
        assertThatThrownBy(() -> DataFolder.open(deep))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("at most 107");
        assertThat(deep).doesNotExist();
    }
}
