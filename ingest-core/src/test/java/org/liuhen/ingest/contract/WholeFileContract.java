package org.liuhen.ingest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.Pusher.Answer;
import org.liuhen.ingest.contract.Pusher.OpenBody;
import org.liuhen.ingest.contract.Pusher.Outcome;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/**
 * {@link DeviceAdapterContract} for protocols that cannot go on with a file in another request: a file comes in one, or not
 * at all. The cases are the same; where others resume, these leave nothing and begin anew. A pusher of such a protocol is
 * given offset 0 only.
 */
public abstract class WholeFileContract {
    private static final byte[] FOOTAGE = footage(3_000_000, 1);
    private static final Map<String, String> NAMED = Map.of("filename", "0001.mp4");

    @TempDir
    private Path folder;

    private IngestServer server;

    /** The protocol under test, ending in these uploads. */
    protected abstract DeviceAdapter adapter(Uploads uploads, Catalog catalog);

    /** A device that speaks it. */
    protected abstract Pusher pusher(InetSocketAddress server, String token);

    /** What its recordings are of. */
    protected abstract DeviceId device();

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

    private static byte[] footage(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(FOOTAGE, from, to);
    }

    private Pusher dock() {
        return pusher(server.address(), IngestServer.TOKEN);
    }

    private String begun() throws IOException {
        Answer begun = dock().begin(NAMED, FOOTAGE.length);
        assertThat(begun.outcome()).isEqualTo(Outcome.ACCEPTED);
        return begun.upload();
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

    /** Cuts a body in the middle; nothing of it may be seen, then or later. */
    private void cut(String upload) throws Exception {
        try (OpenBody body = dock().open(upload, 0, FOOTAGE.length)) {
            body.write(part(0, 1_000_000));
        }
        assertThat(server.recordings()).isEmpty();
        assertThat(dock().standing(upload).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    /** Waits until the server has noticed that a body was cut. */
    private void awaitNothingUnderWay() throws StorageFailure {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!server.catalog().uploads().isEmpty()
                || !server.vault().unfinished().isEmpty()) {
            assertThat(System.nanoTime() - deadlineNanos).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    final void a_pushed_file_is_a_recording_of_its_device() throws Exception {
        assertStored(dock().append(begun(), 0, FOOTAGE));

        assertThat(theOnly().device()).isEqualTo(device());
        assertThat(theOnly().filename()).isEqualTo("0001.mp4");
    }

    @Test
    final void what_was_acknowledged_survives_a_restart() throws Exception {
        String upload = begun();
        restart(IngestServer.NO_RESERVE);
        assertStored(dock().append(upload, 0, FOOTAGE));
        Recording before = theOnly();

        restart(IngestServer.NO_RESERVE);

        assertThat(theOnly()).isEqualTo(before);
        assertThat(server.original(before)).isEqualTo(FOOTAGE);
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

        assertThat(server.recordings()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
        assertStored(dock().append(upload, 0, FOOTAGE));
    }

    @Test
    final void the_same_file_again_is_the_same_recording() throws Exception {
        String upload = begun();
        Answer first = dock().append(upload, 0, FOOTAGE);
        Answer second = dock().append(upload, 0, FOOTAGE);

        assertThat(second.outcome()).isEqualTo(Outcome.STORED);
        assertThat(second.recording()).isEqualTo(first.recording());
        assertStored(first);
        assertThat(server.catalog().custody(theOnly().id()))
                .extracting(CustodyEvent::kind)
                .contains(EventKind.RECEIVED_AGAIN);
    }

    @Test
    final void another_file_of_the_same_name_is_another_recording_and_neither_becomes_the_other() throws Exception {
        String upload = begun();
        byte[] shorter = part(0, 1_000_000);
        assertThat(dock().append(upload, 0, shorter).outcome()).isEqualTo(Outcome.STORED);
        assertThat(dock().append(upload, 0, FOOTAGE).outcome()).isEqualTo(Outcome.STORED);

        assertThat(server.recordings()).hasSize(2);
        for (Recording recording : server.recordings()) {
            assertThat(server.original(recording)).isIn(shorter, FOOTAGE);
        }
    }

    @Test
    final void wrong_credentials_get_nowhere() throws Exception {
        String upload = begun();
        for (String token : List.of("wrong", "")) {
            Pusher stranger = pusher(server.address(), token);
            assertThat(stranger.begin(NAMED, 10).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.append(upload, 0, part(0, 10)).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.standing(upload).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.giveUp(upload).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
        }
        assertThat(server.recordings()).isEmpty();
    }

    @Test
    final void a_device_does_not_touch_the_uploads_of_another() throws Exception {
        String upload = begun();
        Pusher other = pusher(server.address(), IngestServer.OTHER_TOKEN);

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
            assertThat(server.recordings()).hasSize(2);
            Recording first = server.catalog()
                    .recording(new RecordingId(newest.recording()), ReadLevel.CURRENT)
                    .orElseThrow();
            assertThat(server.original(first)).isEqualTo(FOOTAGE);
        }
    }

    @Test
    final void a_slow_writer_is_waited_for() throws Exception {
        String upload = begun();
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
    final void what_follows_the_announced_length_is_no_part_of_the_file() throws Exception {
        String upload = begun();
        try (OpenBody body = dock().open(upload, 0, 1000)) {
            body.write(part(0, 3000));
            assertThat(body.answer().outcome()).isEqualTo(Outcome.STORED);
        }
        assertThat(server.original(theOnly())).isEqualTo(part(0, 1000));
    }

    @Test
    final void hostile_names_never_become_paths() throws Exception {
        TreeSet<String> stored = new TreeSet<>();
        int seed = 0;
        for (String name : List.of(
                "../../../../etc/cron.d/x", "/etc/passwd", "..", "C:\\Windows\\x.mp4", "a/../../b", "录像/执法 1.mp4")) {
            byte[] footage = footage(1000, ++seed);
            Answer begun = dock().begin(Map.of("filename", name), footage.length);
            if (begun.outcome() == Outcome.INVALID) {
                // where a name is an address, none may climb
                assertThat(name).contains("..");
            } else {
                assertThat(dock().append(begun.upload(), 0, footage).outcome()).isEqualTo(Outcome.STORED);
                stored.add(name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
            }
        }
        assertThat(stored).contains("passwd", "x.mp4", "执法 1.mp4");
        assertThat(server.recordings()).extracting(Recording::filename).containsExactlyInAnyOrderElementsOf(stored);
    }

    @Test
    final void name_that_cannot_be_one_is_refused() throws Exception {
        assertThat(dock().begin(Map.of("filename", "a\u0001b"), 10).outcome()).isEqualTo(Outcome.INVALID);
        assertThat(server.catalog().uploads()).isEmpty();
    }

    @Test
    final void bytes_that_are_not_what_was_declared_are_refused() throws Exception {
        Answer begun = dock().begin(Map.of("filename", "0001.mp4", "sha256", "0".repeat(64)), FOOTAGE.length);

        assertThat(dock().append(begun.upload(), 0, FOOTAGE).outcome()).isEqualTo(Outcome.FINGERPRINT_MISMATCH);
        assertThat(server.recordings()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
        try (var originals = server.vault().originals()) {
            assertThat(originals).isEmpty();
        }
    }

    @Test
    final void a_full_disk_refuses_before_anything_breaks_and_the_file_comes_later() throws Exception {
        String upload = begun();
        restart(IngestServer.ALL_RESERVED);
        assertThat(dock().append(upload, 0, FOOTAGE).outcome()).isEqualTo(Outcome.NO_SPACE);
        assertThat(server.recordings()).isEmpty();

        restart(IngestServer.NO_RESERVE);
        assertStored(dock().append(upload, 0, FOOTAGE));
    }

    @Test
    final void a_device_that_missed_the_last_answer_hears_it_when_it_asks() throws Exception {
        String upload = begun();
        Answer last = dock().append(upload, 0, FOOTAGE);

        Answer standing = dock().standing(upload);

        assertThat(standing.outcome()).isEqualTo(Outcome.STORED);
        assertThat(standing.recording()).isEqualTo(last.recording());
        assertThat(standing.offsetBytes()).isEqualTo(FOOTAGE.length);
        assertThat(dock().giveUp(upload).outcome()).isEqualTo(Outcome.FORBIDDEN);
    }
}
