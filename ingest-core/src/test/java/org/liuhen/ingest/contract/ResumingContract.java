package org.liuhen.ingest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.contract.Pusher.Answer;
import org.liuhen.ingest.contract.Pusher.OpenBody;
import org.liuhen.ingest.contract.Pusher.Outcome;
import org.liuhen.ingest.contract.Pusher.Power;
import org.liuhen.storage.Recording;

/**
 * {@link DeviceAdapterContract} for protocols that go on with a file in another request: interruptions, order, writers at
 * once, full disks.
 */
public abstract class ResumingContract extends DeviceAdapterContract {
    @Test
    final void a_body_cut_three_times_is_resumed() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        long offset = 0;
        for (int cut = 0; cut < 3; cut++) {
            int end = (int) Math.min(FOOTAGE.length - 1, offset + 700_000);
            try (OpenBody body = dock().open(upload, offset, FOOTAGE.length - offset)) {
                body.write(part((int) offset, end));
            }
            Answer standing = dock().standing(upload);
            assertThat(standing.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(standing.offsetBytes()).isBetween(offset, (long) FOOTAGE.length - 1);
            offset = standing.offsetBytes();
        }

        assertStored(goOn(upload));
    }

    /**
     * Asks and appends as devices do: a request cut off earlier may reach the server after the question and move the
     * offset once more, so a wrong offset is a reason to ask again.
     */
    private Answer goOn(String upload) throws IOException {
        Answer answer;
        do {
            long offset = dock().standing(upload).offsetBytes();
            answer = dock().append(upload, offset, part((int) offset, FOOTAGE.length));
        } while (answer.outcome() == Outcome.WRONG_OFFSET || answer.outcome() == Outcome.TAKEN_OVER);
        return answer;
    }

    @Test
    final void a_server_restarted_half_way_goes_on_at_the_acknowledged_offset() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        Answer half = dock().append(upload, 0, part(0, 1_500_000));
        assertThat(half.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(half.offsetBytes()).isEqualTo(1_500_000);

        restart(IngestServer.NO_RESERVE);

        assertThat(dock().standing(upload).offsetBytes()).isEqualTo(1_500_000);
        assertStored(dock().append(upload, 1_500_000, part(1_500_000, FOOTAGE.length)));
    }

    @Test
    final void a_server_stopped_in_the_middle_of_a_body_keeps_what_it_acknowledges_afterwards() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        try (OpenBody body = dock().open(upload, 0, FOOTAGE.length)) {
            body.write(part(0, 1_000_000));
            restart(IngestServer.NO_RESERVE);
        }

        assertStored(goOn(upload));
    }

    @Test
    final void parts_out_of_order_are_refused_and_change_nothing() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();

        assertThat(dock().append(upload, 1_000_000, part(1_000_000, 2_000_000)).outcome())
                .isEqualTo(Outcome.WRONG_OFFSET);
        assertThat(dock().append(upload, 0, part(0, 1_000_000)).offsetBytes()).isEqualTo(1_000_000);
        Answer again = dock().append(upload, 0, part(0, 1_000_000));
        assertThat(again.outcome())
                .isEqualTo(dock().can(Power.RESUME_AT_ZERO) ? Outcome.WRONG_OFFSET : Outcome.ACCEPTED);
        assertThat(dock().standing(upload).offsetBytes()).isEqualTo(1_000_000);
        assertStored(dock().append(upload, 1_000_000, part(1_000_000, FOOTAGE.length)));
    }

    @Test
    final void a_device_neither_poses_as_another_nor_touches_its_uploads() throws Exception {
        if (dock().can(Power.METADATA)) {
            Map<String, String> posing = new TreeMap<>(CASE);
            posing.put("device", IngestServer.OTHER_DOCK.value());
            assertThat(dock().begin(posing, 10).outcome()).isEqualTo(Outcome.FORBIDDEN);
        }
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        Pusher other = pusher(server().address(), IngestServer.OTHER_TOKEN);

        Outcome refusal = other.can(Power.SHARED_NAMES) ? Outcome.FORBIDDEN : Outcome.UNKNOWN;
        assertThat(other.standing(upload).outcome()).isEqualTo(refusal);
        assertThat(other.giveUp(upload).outcome()).isEqualTo(refusal);
        assertThat(other.append(upload, 10, part(0, 10)).outcome()).isEqualTo(refusal);
        if (other.can(Power.SHARED_NAMES)) {
            assertThat(other.append(upload, 0, part(0, 10)).outcome()).isEqualTo(Outcome.FORBIDDEN);
        } else {
            // a file of the same name in the other's own folder
            String own = other.begin(CASE, FOOTAGE.length).upload();
            assertThat(other.append(own, 0, part(0, 10)).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(other.giveUp(own).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
        assertStored(dock().append(upload, 0, FOOTAGE));
    }

    @Test
    final void of_two_writers_the_newest_wins_and_nothing_is_mixed() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        try (OpenBody ghost = dock().open(upload, 0, FOOTAGE.length)) {
            ghost.write(part(0, 500_000));

            Answer newest = goOn(upload);

            assertStored(newest);
            try {
                ghost.write(new byte[FOOTAGE.length - 500_000]);
            } catch (IOException ignored) {
                // the server may have closed the ghost's connection by now
            }
            assertThat(ghost.answer().outcome()).isIn(Outcome.TAKEN_OVER, Outcome.WRONG_OFFSET, Outcome.NONE);
            assertStored(newest);
        }
    }

    @Test
    final void the_same_file_from_two_docks_at_once_is_a_recording_of_each() throws Exception {
        Pusher other = pusher(server().address(), IngestServer.OTHER_TOKEN);
        String mine = dock().begin(CASE, FOOTAGE.length).upload();
        String theirs = other.begin(CASE, FOOTAGE.length).upload();
        try (OpenBody first = dock().open(mine, 0, FOOTAGE.length);
                OpenBody second = other.open(theirs, 0, FOOTAGE.length)) {
            first.write(part(0, 1_500_000));
            second.write(FOOTAGE);
            first.write(part(1_500_000, FOOTAGE.length));
            assertThat(first.answer().outcome()).isEqualTo(Outcome.STORED);
            assertThat(second.answer().outcome()).isEqualTo(Outcome.STORED);
        }

        assertThat(server().recordings())
                .extracting(Recording::device)
                .containsExactlyInAnyOrder(IngestServer.DOCK, IngestServer.OTHER_DOCK);
        for (Recording recording : server().recordings()) {
            assertThat(server().original(recording)).isEqualTo(FOOTAGE);
        }
    }

    @Test
    final void more_than_was_announced_is_refused_and_the_upload_stands_or_ends() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        dock().append(upload, 0, part(0, 1000));
        if (!dock().can(Power.LENGTH)) {
            assertStored(dock().append(upload, 1000, part(1000, FOOTAGE.length)));
            return;
        }

        byte[] tooMuch = Arrays.copyOfRange(FOOTAGE, 1000, FOOTAGE.length + 1000);
        assertThat(dock().append(upload, 1000, tooMuch).outcome()).isEqualTo(Outcome.TOO_LONG);
        if (dock().tooMuchEndsTheUpload()) {
            assertThat(dock().standing(upload).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(server().vault().unfinished()).isEmpty();
            return;
        }
        // where the body itself has no length, what came before it was too much may be kept
        assertThat(dock().standing(upload).offsetBytes()).isBetween(1000L, FOOTAGE.length - 1L);
        assertStored(goOn(upload));
    }

    @Test
    final void a_full_disk_refuses_before_anything_breaks_and_keeps_what_is_there() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        dock().append(upload, 0, part(0, 1_000_000));
        restart(IngestServer.ALL_RESERVED);

        assertThat(dock().begin(CASE, 10).outcome()).isEqualTo(Outcome.NO_SPACE);
        assertThat(dock().append(upload, 1_000_000, part(1_000_000, FOOTAGE.length))
                        .outcome())
                .isEqualTo(Outcome.NO_SPACE);
        assertThat(dock().standing(upload).offsetBytes()).isEqualTo(1_000_000);

        restart(IngestServer.NO_RESERVE);
        assertStored(dock().append(upload, 1_000_000, part(1_000_000, FOOTAGE.length)));
    }

    @Test
    final void an_upload_given_up_is_unknown_and_leaves_nothing() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        dock().append(upload, 0, part(0, 1000));

        assertThat(dock().giveUp(upload).outcome()).isEqualTo(Outcome.ACCEPTED);

        assertThat(dock().standing(upload).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(dock().append(upload, 1000, part(1000, 2000)).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(server().vault().unfinished()).isEmpty();
    }
}
