package org.liuhen.ingest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.Pusher.Answer;
import org.liuhen.ingest.contract.Pusher.OpenBody;
import org.liuhen.ingest.contract.Pusher.Outcome;
import org.liuhen.ingest.contract.Pusher.Power;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;

/**
 * What every protocol by which recordings come in must do about broken links, restarts, repetitions, strangers, two
 * writers, full disks and hostile names: over real sockets, with the real vault and catalog.
 */
public abstract class DeviceAdapterContract {
    private static final byte[] FOOTAGE = footage(3_000_000, 1);
    private static final Map<String, String> CASE = Map.of("case", "A-1", "filename", "0001.mp4");

    @TempDir
    private Path folder;

    private IngestServer server;

    /** The protocol under test, ending in these uploads. */
    protected abstract DeviceAdapter adapter(Uploads uploads);

    /** A device that speaks it. */
    protected abstract Pusher pusher(InetSocketAddress server, String token);

    protected final IngestServer server() {
        return server;
    }

    @BeforeEach
    final void start() throws Exception {
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, this::adapter);
    }

    @AfterEach
    final void stop() throws Exception {
        server.close();
    }

    private void restart(long reserveBytes) throws Exception {
        server.close();
        server = IngestServer.start(folder, reserveBytes, this::adapter);
    }

    protected static byte[] footage(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(FOOTAGE, from, to);
    }

    protected final Pusher dock() {
        return pusher(server.address(), IngestServer.TOKEN);
    }

    private Answer push(byte[] bytes, Map<String, String> metadata) throws IOException {
        Answer begun = dock().begin(metadata, bytes.length);
        assertThat(begun.outcome()).isEqualTo(Outcome.ACCEPTED);
        return dock().append(begun.upload(), 0, bytes);
    }

    private Recording theOnly() throws StorageFailure {
        List<Recording> all = server.recordings();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void assertStored(Answer answer) throws Exception {
        assertThat(answer.outcome()).isEqualTo(Outcome.STORED);
        Recording recording = theOnly();
        assertThat(answer.recording()).isEqualTo(recording.id().hex());
        assertThat(server.original(recording)).isEqualTo(FOOTAGE);
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    final void a_pushed_file_is_a_recording_of_its_device_and_case() throws Exception {
        assertStored(push(FOOTAGE, CASE));

        assertThat(theOnly().device()).isEqualTo(IngestServer.DOCK);
        assertThat(theOnly().filename()).isEqualTo("0001.mp4");
        if (dock().can(Power.METADATA)) {
            assertThat(theOnly().cases()).extracting(Object::toString).containsExactly("A-1");
        }
    }

    @Test
    final void what_was_acknowledged_survives_a_restart() throws Exception {
        assertStored(push(FOOTAGE, CASE));
        Recording before = theOnly();

        restart(IngestServer.NO_RESERVE);

        assertThat(theOnly()).isEqualTo(before);
        assertThat(server.original(before)).isEqualTo(FOOTAGE);
    }

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
    final void the_same_file_again_is_the_same_recording() throws Exception {
        Answer first = push(FOOTAGE, CASE);
        Answer second = push(FOOTAGE, Map.of("case", "A-2"));

        assertThat(second.outcome()).isEqualTo(Outcome.STORED);
        assertThat(second.recording()).isEqualTo(first.recording());
        assertStored(first);
        if (dock().can(Power.METADATA)) {
            assertThat(theOnly().cases()).extracting(Object::toString).containsExactly("A-1", "A-2");
        }
        assertThat(server.catalog().custody(theOnly().id()))
                .extracting(CustodyEvent::kind)
                .contains(EventKind.RECEIVED_AGAIN);
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
    final void wrong_credentials_get_nowhere() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        for (String token : List.of("wrong", "")) {
            Pusher stranger = pusher(server.address(), token);
            assertThat(stranger.begin(CASE, 10).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.append(upload, 0, part(0, 10)).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.standing(upload).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.giveUp(upload).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
        }
        assertThat(dock().standing(upload).offsetBytes()).isZero();
    }

    @Test
    final void a_device_neither_poses_as_another_nor_touches_its_uploads() throws Exception {
        if (dock().can(Power.METADATA)) {
            Map<String, String> posing = new TreeMap<>(CASE);
            posing.put("device", IngestServer.OTHER_DOCK.value());
            assertThat(dock().begin(posing, 10).outcome()).isEqualTo(Outcome.FORBIDDEN);
        }
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        Pusher other = pusher(server.address(), IngestServer.OTHER_TOKEN);

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
    final void a_slow_writer_is_waited_for() throws Exception {
        String upload = dock().begin(CASE, 2000).upload();
        Answer answer;
        try (OpenBody body = dock().open(upload, 0, 2000)) {
            for (int i = 0; i < 2000; i++) {
                body.write(part(i, i + 1));
            }
            answer = body.answer();
        }

        assertThat(answer.outcome()).isEqualTo(Outcome.STORED);
        assertThat(server.original(theOnly())).isEqualTo(part(0, 2000));
    }

    @Test
    final void hostile_names_never_become_paths() throws Exception {
        int seed = 0;
        for (String name : List.of(
                "../../../../etc/cron.d/x", "/etc/passwd", "..", "C:\\Windows\\x.mp4", "a/../../b", "录像/执法 1.mp4")) {
            byte[] footage = footage(1000, ++seed);
            Answer begun = dock().begin(Map.of("filename", name, "case", "n-" + seed), footage.length);
            if (begun.outcome() == Outcome.ACCEPTED) {
                assertThat(dock().append(begun.upload(), 0, footage).outcome()).isEqualTo(Outcome.STORED);
            } else {
                // where a name is an address, this one is the folder's own
                assertThat(begun.outcome()).isEqualTo(Outcome.INVALID);
                assertThat(name).isEqualTo("..");
            }
        }
        assertThat(server.recordings())
                .extracting(Recording::filename)
                .filteredOn(name -> !name.equals("unnamed"))
                .containsExactlyInAnyOrder("x", "passwd", "x.mp4", "b", "执法 1.mp4");
    }

    @Test
    final void metadata_that_cannot_be_understood_are_refused() throws Exception {
        if (!dock().can(Power.METADATA)) {
            assertThat(dock().begin(Map.of("filename", "a\u0001b"), 10).outcome())
                    .isEqualTo(Outcome.INVALID);
            assertThat(server.catalog().uploads()).isEmpty();
            return;
        }
        for (Map<String, String> bad : List.of(
                Map.of("case", "A\u0000B"),
                Map.of("from", "yesterday"),
                Map.of("from", "2026-11-22T10:00:00Z", "to", "2026-11-22T09:00:00Z"),
                Map.of("kind", "phone"),
                Map.of("filename", "a\nb"))) {
            assertThat(dock().begin(bad, 10).outcome()).as(bad.toString()).isEqualTo(Outcome.INVALID);
        }
        assertThat(server.catalog().uploads()).isEmpty();
    }

    @Test
    final void bytes_that_are_not_what_was_declared_are_refused() throws Exception {
        if (!dock().can(Power.FINGERPRINT)) {
            // such a device compares the fingerprint of the receipt itself
            assertStored(push(FOOTAGE, CASE));
            return;
        }
        Answer answer = push(FOOTAGE, Map.of("sha256", "0".repeat(64)));

        assertThat(answer.outcome()).isEqualTo(Outcome.FINGERPRINT_MISMATCH);
        assertThat(server.recordings()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
        try (var originals = server.vault().originals()) {
            assertThat(originals).isEmpty();
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
            assertThat(server.vault().unfinished()).isEmpty();
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
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    final void a_device_that_missed_the_last_answer_hears_it_when_it_asks() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        Answer last = dock().append(upload, 0, FOOTAGE);

        Answer standing = dock().standing(upload);

        assertThat(standing.outcome()).isEqualTo(Outcome.STORED);
        assertThat(standing.recording()).isEqualTo(last.recording());
        assertThat(standing.offsetBytes()).isEqualTo(FOOTAGE.length);
        assertThat(dock().giveUp(upload).outcome()).isEqualTo(Outcome.FORBIDDEN);
    }
}
