package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.DurableFiles;

/** What looks after the store looks after attachments, too. */
class AttachmentUpkeepTest {
    private static final byte[] NOTE = "stopped a lorry".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));

    @Test
    void attachments_are_verified_backed_up_restored_and_rebuilt_as_what_they_are() throws Exception {
        Path root = folder.resolve("d");
        List<Recording> before;
        try (Archive archive = Archive.open(root, clock)) {
            archive.registerDock();
            RecordingId recording = archive.push("footage".getBytes(StandardCharsets.UTF_8), "session", "s");
            RecordingId note = archive.push(NOTE, "session", "s", "attachment", "bookmark", "filename", "b1");
            RecordingId nothing = archive.push(new byte[0], "session", "s", "attachment", "bookmark", "filename", "b2");
            before = Archive.all(archive.catalog, RecordingQuery.ALL);
            assertThat(before).extracting(Recording::id).containsExactlyInAnyOrder(recording, note, nothing);
            Caretaker caretaker = new Caretaker(archive.catalog, archive.vault, clock);
            Verifications verifications = new Verifications(archive.catalog, archive.vault, caretaker, 2, clock);
            assertThat(verifications
                            .verifyAll(new Principal.OfConsole(), Optional.empty(), new Verifications.Listener() {
                                @Override
                                public void damaged(Verdict verdict) {
                                    throw new AssertionError(verdict);
                                }

                                @Override
                                public void progressed(Verifications.Progress ignored) {
                                    // it is over in a moment
                                }
                            })
                            .verified())
                    .isEqualTo(3);
            assertThat(archive.backup(folder.resolve("backup"), DurableFiles.LOCAL)
                            .troubles())
                    .isEmpty();
            archive.publish();
        }

        Archive.restore(folder.resolve("backup"), folder.resolve("restored"), DurableFiles.LOCAL, clock);
        Reindex.Report report = Archive.reindex(root, clock, DurableFiles.LOCAL);

        assertThat(report.troubles()).isEmpty();
        assertThat(report.jobs()).isEqualTo(1);
        for (String place : List.of("d", "restored")) {
            try (Archive archive = Archive.open(folder.resolve(place), clock)) {
                assertThat(Archive.all(archive.catalog, RecordingQuery.ALL))
                        .as(place)
                        .containsExactlyInAnyOrderElementsOf(before);
            }
        }
    }
}
