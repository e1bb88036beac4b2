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
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;

/**
 * What every protocol by which recordings come in must do about broken links, restarts, repetitions, strangers, two
 * writers, full disks and hostile names: over real sockets, with the real vault and catalog.
 */
public abstract class DeviceAdapterContract {
    static final byte[] FOOTAGE = footage(3_000_000, 1);
    static final Map<String, String> CASE = Map.of("case", "A-1", "filename", "0001.mp4");

    @TempDir
    private Path folder;

    private IngestServer server;

    /** The protocol under test, ending in these uploads. */
    protected abstract DeviceAdapter adapter(Uploads uploads, Catalog catalog);

    /** A device that speaks it. */
    protected abstract Pusher pusher(InetSocketAddress server, String token);

    /** What its recordings are of. */
    protected DeviceId device() {
        return IngestServer.DOCK;
    }

    /** Whether the protocol may refuse such a name of a file, because it is an address there and this one climbs. */
    protected boolean mayRefuse(String name) {
        return name.equals("..");
    }

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

    final void restart(long reserveBytes) throws Exception {
        server.close();
        server = IngestServer.start(folder, reserveBytes, this::adapter);
    }

    protected static byte[] footage(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] part(int from, int to) {
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

    final Recording theOnly() throws StorageFailure {
        List<Recording> all = server.recordings();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    final void assertStored(Answer answer) throws Exception {
        assertThat(answer.outcome()).isEqualTo(Outcome.STORED);
        Recording recording = theOnly();
        assertThat(answer.recording()).isEqualTo(recording.id().hex());
        assertThat(server.original(recording)).isEqualTo(FOOTAGE);
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    final void a_pushed_file_is_a_recording_of_its_device_and_case() throws Exception {
        assertStored(push(FOOTAGE, CASE));

        assertThat(theOnly().device()).isEqualTo(device());
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
    final void the_same_file_again_is_the_same_recording() throws Exception {
        Answer first = push(FOOTAGE, CASE);
        Answer second = push(FOOTAGE, Map.of("case", "A-2", "filename", "0001.mp4"));

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
    final void wrong_credentials_get_nowhere() throws Exception {
        String upload = dock().begin(CASE, FOOTAGE.length).upload();
        for (String token : List.of("wrong", "")) {
            Pusher stranger = pusher(server.address(), token);
            assertThat(stranger.begin(CASE, 10).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.append(upload, 0, part(0, 10)).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.standing(upload).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
            assertThat(stranger.giveUp(upload).outcome()).isEqualTo(Outcome.UNAUTHENTICATED);
        }
        assertThat(server.recordings()).isEmpty();
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
        TreeSet<String> stored = new TreeSet<>();
        int seed = 0;
        for (String name : List.of(
                "../../../../etc/cron.d/x", "/etc/passwd", "..", "C:\\Windows\\x.mp4", "a/../../b", "录像/执法 1.mp4")) {
            byte[] footage = footage(1000, ++seed);
            Answer begun = dock().begin(Map.of("filename", name, "case", "n-" + seed), footage.length);
            if (begun.outcome() == Outcome.INVALID) {
                assertThat(mayRefuse(name)).as(name).isTrue();
            } else {
                assertThat(dock().append(begun.upload(), 0, footage).outcome()).isEqualTo(Outcome.STORED);
                stored.add(name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
            }
        }
        stored.remove("..");
        assertThat(stored).contains("passwd", "x.mp4", "执法 1.mp4");
        assertThat(server.recordings())
                .extracting(Recording::filename)
                .filteredOn(name -> !name.equals("unnamed"))
                .containsExactlyInAnyOrderElementsOf(stored);
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
        Answer answer = push(FOOTAGE, Map.of("filename", "0001.mp4", "sha256", "0".repeat(64)));

        assertThat(answer.outcome()).isEqualTo(Outcome.FINGERPRINT_MISMATCH);
        assertThat(server.recordings()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
        try (var originals = server.vault().originals()) {
            assertThat(originals).isEmpty();
        }
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
