package org.liuhen.tools.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;

/** The second vault belongs to its store: no verb forgets it, and a disk that is not mounted is noticed. */
class MirrorTest {
    @TempDir
    private Path folder;

    private ServerConfiguration configuration(@Nullable Path mirror) throws Exception {
        Path file = folder.resolve("liuhen.yaml");
        String vault = mirror == null ? "" : "vault:\n  reserveBytes: 0\n  mirror: " + mirror + "\n";
        Files.writeString(file, "listen: 127.0.0.1:0\nmedia:\n  children: 0\n" + vault);
        return ServerConfiguration.read(file);
    }

    private void serve(@Nullable Path mirror) throws Exception {
        ServerConfiguration configuration = configuration(mirror);
        LiuhenServer.start(
                        folder.resolve("d"),
                        configuration,
                        Listening.of(configuration),
                        "a long enough password".toCharArray())
                .close();
    }

    private int copies(boolean privately) throws Exception {
        try (Closing closing = new Closing()) {
            DataFolder data = closing.add("data", DataFolder.open(folder.resolve("d")));
            return Stores.open(data, new ServerSettings(ServerConfiguration.defaults()), privately, closing)
                    .vault()
                    .copies()
                    .size();
        }
    }

    @Test
    void verb_keeps_the_mirror_that_the_server_has_and_a_server_without_gives_it_up() throws Exception {
        serve(Path.of("second"));

        assertThat(folder.resolve("second/originals")).isDirectory();
        assertThat(copies(true)).isEqualTo(2);

        serve(null);

        assertThat(copies(true)).isEqualTo(1);
    }

    @Test
    void mirror_that_is_suddenly_empty_is_not_begun_anew() throws Exception {
        serve(Path.of("second"));
        DurableFiles.LOCAL.renameFolder(folder.resolve("second"), folder.resolve("unmounted"));
        Files.createDirectory(folder.resolve("second"));

        assertThatThrownBy(() -> serve(Path.of("second")))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("vault.mirror")
                .hasMessageContaining("mount");
        assertThat(folder.resolve("second")).isEmptyDirectory();

        Files.delete(folder.resolve("d/scrub.json"));
        serve(Path.of("second"));
        assertThat(folder.resolve("second/originals")).isDirectory();
    }

    @Test
    void mirror_inside_the_vault_is_refused() {
        for (String inside : new String[] {"d/vault", "d/vault/second", "d"}) {
            assertThatThrownBy(() -> serve(Path.of(inside)))
                    .isInstanceOf(InvalidField.class)
                    .hasMessageStartingWith("vault.mirror: ");
        }
    }
}
