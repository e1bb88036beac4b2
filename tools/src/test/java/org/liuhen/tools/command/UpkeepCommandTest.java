package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.tools.serve.DataFolder;

class UpkeepCommandTest {
    @TempDir
    private Path folder;

    private String data = "";
    private String recording = "";

    @BeforeEach
    void pushOne() throws Exception {
        data = folder.resolve("d").toString();
        assertThat(run("device", "add", "--id", "cam-1", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        Path file = Files.write(folder.resolve("f.bin"), new byte[] {1, 2, 3});
        Done pushed = run("push", "--case", "c1", "--device", "cam-1", "--data", data, file.toString());
        assertThat(pushed.exit()).as(pushed.error()).isEqualTo(ExitCode.DONE);
        recording = pushed.out().substring(0, 32);
    }

    @Test
    void backup_is_restored_elsewhere_and_doctor_knows_of_it() throws Exception {
        String backup = folder.resolve("b").toString();
        assertThat(run("doctor", "--data", data).out()).contains("no backup is known");
        Done made = run("backup", backup, "--data", data, "--json");
        assertThat(made.exit()).as(made.error()).isEqualTo(ExitCode.DONE);
        assertThat(made.json().path("copiedOriginals").asLong()).isEqualTo(1);
        assertThat(run("backup", backup, "--data", data).out()).contains("0 originals new");
        assertThat(run("doctor", "--data", data).out()).contains("last backup: ");

        String other = folder.resolve("e").toString();
        Done restored = run("restore", backup, "--data", other);
        assertThat(restored.exit()).as(restored.out() + restored.error()).isEqualTo(ExitCode.DONE);
        assertThat(run("verify", recording, "--data", other).exit()).isEqualTo(ExitCode.DONE);
        assertThat(run("restore", backup, "--data", other).exit()).isEqualTo(ExitCode.WRONG_USAGE);
        Done none =
                run("restore", folder.toString(), "--data", folder.resolve("x").toString());
        assertThat(none.exit()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void reindex_rebuilds_a_store_that_no_server_has() throws Exception {
        try (DataFolder held = DataFolder.open(Path.of(data))) {
            Done refused = run("reindex", "--data", data);
            assertThat(held).isNotNull();
            assertThat(refused.exit()).as(refused.out()).isEqualTo(ExitCode.UNREACHABLE);
        }
        Done rebuilt = run("reindex", "--data", data, "--json");
        assertThat(rebuilt.exit()).as(rebuilt.error()).isEqualTo(ExitCode.DONE);
        assertThat(rebuilt.json().path("recordings").asLong()).isEqualTo(1);
        assertThat(run("verify", "--all", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        assertThat(run("reindex", "--data", folder.resolve("x").toString()).exit())
                .isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void store_whose_catalog_is_lost_is_not_opened_before_reindex_made_it_again() throws Exception {
        Path catalog = Path.of(data, "catalog");
        DurableFiles.LOCAL.renameFolder(catalog, folder.resolve("lost"));
        for (String[] verb : new String[][] {
            {"serve", "--data", data, "--listen", "127.0.0.1:0"},
            {"find", "--data", data},
            {"device", "add", "--id", "cam-2", "--data", data}
        }) {
            Done refused = run(verb);
            assertThat(refused.exit()).as(refused.out() + refused.error()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(refused.error()).contains("catalog: lost").contains("liuhen reindex");
            assertThat(catalog).doesNotExist();
        }

        Done rebuilt = run("reindex", "--data", data);

        assertThat(rebuilt.exit()).as(rebuilt.error()).isEqualTo(ExitCode.NO);
        assertThat(rebuilt.out()).contains("goes on under its key").contains("NOT rebuilt: users");
        assertThat(run("verify", "--all", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        assertThat(run("show", recording, "--data", data).exit()).isEqualTo(ExitCode.DONE);
    }
}
