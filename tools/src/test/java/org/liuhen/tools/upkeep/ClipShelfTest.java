package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.access.ReceiptDesk;
import org.liuhen.tools.clips.ClipMaker;
import org.liuhen.tools.clips.ClipShelf;
import org.liuhen.tools.clips.WantedClip;

class ClipShelfTest {
    private static byte[] footage(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void clips_go_with_the_recording_they_show_and_others_stay(@TempDir Path folder) throws Exception {
        Path clips = folder.resolve("clips");
        SettableClock clock = new SettableClock(Instant.parse("2026-11-20T06:30:00Z"));
        MediaTools tools = new MediaTools(MediaSettings.standard(folder.resolve("natives")));
        Principal who = new Principal.OfConsole();
        try (Archive archive = Archive.open(folder.resolve("store"), clock);
                ReceiptDesk receipts = new ReceiptDesk(archive.catalog, clock)) {
            FootageDesk desk = new FootageDesk(archive.catalog, archive.vault, key -> folder, clock);
            try (ClipShelf shelf =
                    new ClipShelf(new ClipMaker(desk, receipts, tools, clock), clips, clock, new SecureRandom())) {
                archive.registerDock();
                RecordingId goes = archive.push(footage("one"));
                RecordingId stays = archive.push(footage("two"));
                archive.rendered(goes, true);
                archive.rendered(stays, true);
                String gone =
                        shelf.order(who, WantedClip.of(goes, 0, 1, true, null)).id();
                String kept =
                        shelf.order(who, WantedClip.of(stays, 0, 1, true, null)).id();
                shelf.forget(goes);
                assertThat(shelf.find(who, gone)).isEmpty();
                assertThat(shelf.find(who, kept)).isPresent();
            }
        }
        assertThat(clips).isEmptyDirectory();
    }
}
