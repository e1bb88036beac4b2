package org.liuhen.ingest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.contract.Pusher.Answer;
import org.liuhen.ingest.contract.Pusher.OpenBody;
import org.liuhen.ingest.contract.Pusher.Outcome;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/**
 * {@link DeviceAdapterContract} for protocols that cannot go on with a file in another request: a file comes in one, or not
 * at all. Where others resume, these leave nothing and begin anew. A pusher of such a protocol is given offset 0 only.
 */
public abstract class WholeFileContract extends DeviceAdapterContract {
    @Override
    protected final boolean mayRefuse(String name) {
        return name.contains("..");
    }

    private String begun() throws IOException {
        Answer begun = dock().begin(CASE, FOOTAGE.length);
        assertThat(begun.outcome()).isEqualTo(Outcome.ACCEPTED);
        return begun.upload();
    }

    /** Cuts a body in the middle; nothing of it may be seen, then or later. */
    private void cut(String upload) throws Exception {
        try (OpenBody body = dock().open(upload, 0, FOOTAGE.length)) {
            body.write(part(0, 1_000_000));
        }
        assertThat(server().recordings()).isEmpty();
        assertThat(dock().standing(upload).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    /** Waits until the server has noticed that a body was cut. */
    private void awaitNothingUnderWay() throws StorageFailure {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!server().catalog().uploads().isEmpty()
                || !server().vault().unfinished().isEmpty()) {
            assertThat(System.nanoTime() - deadlineNanos).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    final void a_body_cut_three_times_leaves_nothing_and_the_file_comes_whole() throws Exception {
        String upload = begun();
        for (int i = 0; i < 3; i++) {
            cut(upload);
        }
        awaitNothingUnderWay();
        assertStored(dock().append(upload, 0, FOOTAGE));
    }

    @Test
    final void a_server_stopped_in_the_middle_of_a_body_shows_nothing_of_it_afterwards() throws Exception {
        String upload = begun();
        try (OpenBody body = dock().open(upload, 0, FOOTAGE.length)) {
            body.write(part(0, 1_000_000));
            restart(IngestServer.NO_RESERVE);
        }

        assertThat(server().recordings()).isEmpty();
        assertThat(server().vault().unfinished()).isEmpty();
        assertStored(dock().append(upload, 0, FOOTAGE));
    }

    @Test
    final void another_file_of_the_same_name_is_another_recording_and_neither_becomes_the_other() throws Exception {
        String upload = begun();
        byte[] shorter = part(0, 1_000_000);
        assertThat(dock().append(upload, 0, shorter).outcome()).isEqualTo(Outcome.STORED);
        assertThat(dock().append(upload, 0, FOOTAGE).outcome()).isEqualTo(Outcome.STORED);

        assertThat(server().recordings()).hasSize(2);
        for (Recording recording : server().recordings()) {
            assertThat(server().original(recording)).isIn(shorter, FOOTAGE);
        }
    }

    @Test
    final void a_device_does_not_touch_the_uploads_of_another() throws Exception {
        String upload = begun();
        Pusher other = pusher(server().address(), IngestServer.OTHER_TOKEN);

        assertThat(other.append(upload, 0, part(0, 10)).outcome()).isEqualTo(Outcome.FORBIDDEN);
        assertThat(other.standing(upload).outcome()).isEqualTo(Outcome.FORBIDDEN);
        assertThat(other.giveUp(upload).outcome()).isEqualTo(Outcome.FORBIDDEN);
        assertStored(dock().append(upload, 0, FOOTAGE));
    }

    @Test
    final void of_two_writers_at_once_each_has_its_own_and_nothing_is_mixed() throws Exception {
        String upload = begun();
        try (OpenBody ghost = dock().open(upload, 0, FOOTAGE.length)) {
            ghost.write(part(0, 500_000));

            Answer newest = dock().append(upload, 0, FOOTAGE);

            assertThat(newest.outcome()).isEqualTo(Outcome.STORED);
            ghost.write(new byte[FOOTAGE.length - 500_000]);
            assertThat(ghost.answer().outcome()).isEqualTo(Outcome.STORED);
            assertThat(server().recordings()).hasSize(2);
            Recording first = server().catalog()
                    .recording(new RecordingId(newest.recording()), ReadLevel.CURRENT)
                    .orElseThrow();
            assertThat(server().original(first)).isEqualTo(FOOTAGE);
        }
    }

    @Test
    final void what_follows_the_announced_length_is_no_part_of_the_file() throws Exception {
        String upload = begun();
        try (OpenBody body = dock().open(upload, 0, 1000)) {
            body.write(part(0, 3000));
            assertThat(body.answer().outcome()).isEqualTo(Outcome.STORED);
        }
        assertThat(server().original(theOnly())).isEqualTo(part(0, 1000));
    }

    @Test
    final void a_full_disk_refuses_before_anything_breaks_and_the_file_comes_later() throws Exception {
        String upload = begun();
        restart(IngestServer.ALL_RESERVED);
        assertThat(dock().append(upload, 0, FOOTAGE).outcome()).isEqualTo(Outcome.NO_SPACE);
        assertThat(server().recordings()).isEmpty();

        restart(IngestServer.NO_RESERVE);
        assertStored(dock().append(upload, 0, FOOTAGE));
    }
}
