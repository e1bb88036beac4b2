package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;

/** How long attachments are kept: at least their own period, and as long as a recording of their session. */
class AttachmentRetentionTest {
    private final Archive archive = new Archive();

    @AfterEach
    void close() {
        archive.close();
    }

    private void announce() throws Exception {
        archive.on("2026-07-16");
        archive.runNow();
    }

    private void erase(String day) throws Exception {
        archive.on(day);
        archive.runNow();
    }

    @Test
    void attachment_goes_with_the_last_recording_of_its_session_and_never_before_it() throws Exception {
        RecordingId bookmark = archive.attach("s");
        RecordingId first = archive.receiveIn("s");
        RecordingId second = archive.receiveIn("s", new CaseNumber("A-1"));

        announce();
        erase("2026-07-24");
        erase("2026-08-24");

        assertThat(archive.bytesExist(first)).isFalse();
        assertThat(archive.bytesExist(second)).isTrue();
        assertThat(archive.bytesExist(bookmark)).isTrue();
        assertThat(archive.now(bookmark).state()).isEqualTo(RecordingState.STORED);
        assertThat(archive.plan("2026-08-24"))
                .filteredOn(entry -> entry.recording().equals(bookmark))
                .extracting(PlanEntry::reason)
                .containsExactly(KeepReason.SESSION);

        archive.desk().closeCase(new CaseNumber("A-1"), "over", Archive.ANNA);
        erase("2026-08-25");
        erase("2026-09-25");
        erase("2026-09-26");
        erase("2026-10-26");

        assertThat(archive.bytesExist(second)).isFalse();
        assertThat(archive.bytesExist(bookmark)).isFalse();
        assertThat(archive.story(bookmark)).endsWith(EventKind.DISPOSAL_DECIDED, EventKind.DISPOSED);
    }

    @Test
    void hold_on_a_recording_keeps_what_is_attached_to_its_session() throws Exception {
        RecordingId key = archive.attach("s");
        RecordingId recording = archive.receiveIn("s");
        archive.desk().hold(recording, "appeal", null, Archive.ANNA);

        announce();
        erase("2027-07-24");
        erase("2028-07-24");

        assertThat(archive.bytesExist(recording)).isTrue();
        assertThat(archive.bytesExist(key)).isTrue();
    }

    @Test
    void classification_of_a_recording_keeps_what_is_attached_even_if_its_disposal_was_announced() throws Exception {
        RecordingId key = archive.attach("s");
        RecordingId recording = archive.receiveIn("s");
        announce();
        archive.on("2026-07-17");
        archive.runNow();
        assertThat(archive.now(key).state()).isEqualTo(RecordingState.DISPOSING);

        archive.desk().classify(recording, new Category("evidence"), "used in court", Archive.ANNA);
        erase("2026-07-30");

        assertThat(archive.bytesExist(recording)).isTrue();
        assertThat(archive.bytesExist(key)).isTrue();
        assertThat(archive.now(key).state()).isEqualTo(RecordingState.STORED);
        assertThat(archive.story(key)).endsWith(EventKind.DISPOSAL_CANCELLED);
    }

    @Test
    void attachment_without_any_recording_is_kept_for_its_own_period() throws Exception {
        RecordingId bookmark = archive.attach("nothing came");
        archive.on("2026-07-15");
        archive.runNow();
        assertThat(archive.now(bookmark).state()).isEqualTo(RecordingState.STORED);
        announce();
        erase("2026-07-24");
        assertThat(archive.bytesExist(bookmark)).isFalse();
    }
}
