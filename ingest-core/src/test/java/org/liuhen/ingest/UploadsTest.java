package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.ingest.UploadDesk.BY_DOCK;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;
import static org.liuhen.ingest.UploadDesk.footage;
import static org.liuhen.ingest.UploadDesk.metadata;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.UploadWriter.Taken;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Role;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.UserName;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;

class UploadsTest {
    private static final byte[] FOOTAGE = footage(10_000, 1);
    private UploadDesk desk;

    @BeforeEach
    void open() throws Exception {
        desk = new UploadDesk(
                new MemoryCatalog(new SettableClock(NOW), new SecureRandom()), new MemoryVault(20_000_000));
        UploadDesk.register(desk.catalog, DOCK);
    }

    @AfterEach
    void close() {
        desk.uploads.close();
        desk.catalog.close();
    }

    private static ByteBuffer part(int from, int to) {
        return ByteBuffer.wrap(Arrays.copyOfRange(FOOTAGE, from, to));
    }

    private List<EventKind> custody(Recording recording) throws StorageFailure {
        return desk.catalog.custody(recording.id()).stream()
                .map(CustodyEvent::kind)
                .toList();
    }

    @Test
    void a_complete_upload_is_a_recording_with_its_event_its_job_and_its_original() throws Exception {
        Upload finished = desk.push(
                FOOTAGE,
                "case",
                "A-1,A-2",
                "from",
                "2026-11-22T08:00:00Z",
                "to",
                "2026-11-22T08:10:00Z",
                "filename",
                "DCIM/0001.mp4");

        Recording recording = desk.recording(finished);
        assertThat(recording.id())
                .isEqualTo(RecordingId.of(DOCK, java.util.Objects.requireNonNull(finished.fingerprint())));
        assertThat(recording.state()).isEqualTo(RecordingState.STORED);
        assertThat(recording.version()).isEqualTo(1);
        assertThat(recording.officer()).isEqualTo(new OfficerId("P0042"));
        assertThat(recording.receivedAt()).isEqualTo(NOW);
        assertThat(recording.filename()).isEqualTo("0001.mp4");
        assertThat(recording.findings()).isEmpty();
        assertThat(desk.original(recording)).isEqualTo(FOOTAGE);
        assertThat(desk.catalog.jobs("media", NOW, 10)).hasSize(1);
        CustodyEvent received = desk.catalog.custody(recording.id()).get(0);
        assertThat(received.kind()).isEqualTo(EventKind.RECEIVED);
        assertThat(received.actor()).isEqualTo(BY_DOCK.actor());
        assertThat(received.details())
                .containsEntry("case", "A-1, A-2")
                .containsEntry("sha256", recording.fingerprint().hex())
                .containsEntry("declaredFilename", "DCIM/0001.mp4");
        assertThat(desk.vault.unfinished()).isEmpty();
        assertThat(desk.standing(finished)).isEqualTo(finished);
    }

    @Test
    void an_interrupted_upload_goes_on_where_it_was_acknowledged() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 6000));
        writer.broken();
        Upload parked = desk.standing(writer.upload());
        assertThat(parked.offsetBytes()).isEqualTo(6000);

        UploadWriter next = desk.append(parked);
        next.write(part(6000, 10_000));
        Upload finished = ((Written.Sealed) next.finish()).upload();

        assertThat(desk.original(desk.recording(finished))).isEqualTo(FOOTAGE);
    }

    @Test
    void a_restarted_server_goes_on_where_it_was_acknowledged() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 2500));
        desk.restart();
        assertThat(desk.uploads.repairs().resumable()).isEqualTo(1);

        UploadWriter next = desk.append(desk.standing(writer.upload()));
        next.write(part(2500, 10_000));

        assertThat(desk.original(desk.recording(((Written.Sealed) next.finish()).upload())))
                .isEqualTo(FOOTAGE);
    }

    @Test
    void the_newest_request_takes_the_pen_and_what_its_ghost_brought_is_kept() throws Exception {
        UploadWriter ghost = desk.begin(FOOTAGE.length);
        ghost.write(part(0, 3000));

        UploadWriter newest = desk.append(desk.standing(ghost.upload()));

        assertThat(ghost.write(part(3000, 4000))).isEqualTo(Taken.SUPERSEDED);
        assertThat(ghost.finish()).isEqualTo(new Written.Superseded());
        ghost.broken();
        assertThat(newest.write(part(3000, 10_000))).isEqualTo(Taken.TAKEN);
        assertThat(newest.finish()).isInstanceOf(Written.Sealed.class);
    }

    @Test
    void peeking_disturbs_nobody() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 3000));

        assertThat(desk.uploads.peek(writer.upload().id(), BY_DOCK)).isInstanceOf(Standing.class);
        assertThat(writer.write(part(3000, 10_000))).isEqualTo(Taken.TAKEN);
        assertThat(writer.finish()).isInstanceOf(Written.Sealed.class);
    }

    @Test
    void a_wrong_offset_changes_nothing() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 3000));
        writer.park();

        assertThat(desk.uploads.append(writer.upload().id(), BY_DOCK, 2999, OptionalLong.of(1)))
                .isEqualTo(new Appending.OffsetMismatch(3000));
        assertThat(desk.uploads.append(writer.upload().id(), BY_DOCK, 3001, OptionalLong.of(1)))
                .isEqualTo(new Appending.OffsetMismatch(3000));
        assertThat(desk.standing(writer.upload()).offsetBytes()).isEqualTo(3000);
    }

    @Test
    void more_than_was_declared_is_not_taken_and_what_came_before_is_kept() throws Exception {
        UploadWriter writer = desk.begin(5000);
        writer.write(part(0, 4000));
        assertThat(writer.write(part(4000, 6000))).isEqualTo(Taken.TOO_LONG);

        assertThat(desk.standing(writer.upload()).offsetBytes()).isEqualTo(4000);
        assertThat(desk.uploads.append(writer.upload().id(), BY_DOCK, 4000, OptionalLong.of(1001)))
                .isEqualTo(new Appending.TooLong(5000));
        assertThat(desk.uploads.begin(BY_DOCK, metadata(), "tus", Map.of(), OptionalLong.of(1L << 31), true))
                .isEqualTo(new Begun.TooLong(1L << 30));
    }

    @Test
    void nobody_else_sees_continues_or_ends_an_upload() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 3000));
        Principal other = new Principal.OfDevice(new DeviceId("dock-2"));

        assertThat(desk.uploads.standing(writer.upload().id(), other)).isEqualTo(new Standing.Forbidden());
        assertThat(desk.uploads.append(writer.upload().id(), other, 3000, OptionalLong.empty()))
                .isEqualTo(new Appending.Forbidden());
        assertThat(desk.uploads.giveUp(writer.upload().id(), other)).isEqualTo(GivenUp.FORBIDDEN);
        assertThat(writer.write(part(3000, 10_000))).isEqualTo(Taken.TAKEN);
    }

    @Test
    void devices_add_their_own_and_officials_add_for_a_registered_device() throws Exception {
        Principal clerk = new Principal.OfPerson(new UserName("clerk"), Set.of(Role.RECORDS_OFFICER));
        Principal investigator = new Principal.OfPerson(new UserName("anna"), Set.of(Role.INVESTIGATOR));
        OptionalLong none = OptionalLong.empty();

        assertThat(desk.uploads.begin(BY_DOCK, metadata("device", "dock-2"), "tus", Map.of(), none, true))
                .isEqualTo(new Begun.ForeignDevice(DOCK));
        assertThat(desk.uploads.begin(investigator, metadata("device", "dock-1"), "tus", Map.of(), none, true))
                .isInstanceOf(Begun.NotAllowed.class);
        assertThatThrownBy(() -> desk.uploads.begin(clerk, metadata(), "tus", Map.of(), none, true))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("device: is missing");
        assertThatThrownBy(() -> desk.uploads.begin(clerk, metadata("device", "x"), "tus", Map.of(), none, true))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("device: is not registered");
        UploadWriter writer = ((Begun.Ready) desk.uploads.begin(
                        clerk, metadata("device", "dock-1"), "tus", Map.of(), OptionalLong.of(0), true))
                .writer();
        Recording recording = desk.recording(((Written.Sealed) writer.finish()).upload());
        assertThat(recording.device()).isEqualTo(DOCK);
        assertThat(desk.catalog.custody(recording.id()).get(0).actor()).isEqualTo(clerk.actor());
    }

    @Test
    void bytes_that_are_not_what_was_declared_are_refused_and_nothing_is_kept() throws Exception {
        String declared = "0".repeat(64);
        UploadWriter writer = desk.begin(FOOTAGE.length, "sha256", declared, "case", "A-1");
        writer.write(ByteBuffer.wrap(FOOTAGE));

        Written.FingerprintMismatch mismatch = (Written.FingerprintMismatch) writer.finish();

        assertThat(mismatch.declared()).isEqualTo(new Fingerprint(declared));
        assertThat(desk.vault.unfinished()).isEmpty();
        assertThat(desk.vault.originals()).isEmpty();
        assertThat(desk.catalog.uploads()).isEmpty();
        CustodyEvent refused = desk.catalog.events(1, 10).get(0);
        assertThat(refused.kind()).isEqualTo(EventKind.REFUSED);
        assertThat(refused.recording()).isNull();
        assertThat(refused.details()).containsEntry("reason", "fingerprint-mismatch");
        assertThat(desk.uploads.standing(writer.upload().id(), BY_DOCK)).isEqualTo(new Standing.NotFound());
    }

    @Test
    void a_declared_fingerprint_that_matches_is_accepted() throws Exception {
        String sha256 = org.apache.commons.codec.digest.DigestUtils.sha256Hex(FOOTAGE);

        assertThat(desk.push(FOOTAGE, "sha256", sha256.toUpperCase(java.util.Locale.ROOT))
                        .fingerprint())
                .isEqualTo(new Fingerprint(sha256));
    }

    @Test
    void the_same_bytes_again_are_the_same_recording_and_may_add_a_case() throws Exception {
        Upload first = desk.push(FOOTAGE);
        Recording unlinked = desk.recording(first);
        assertThat(unlinked.findings()).extracting(Finding::kind).containsExactly("unlinked");
        desk.clock.set(NOW.plus(Duration.ofDays(2)));

        Upload second = desk.push(FOOTAGE, "case", "A-9");
        Upload third = desk.push(FOOTAGE, "case", "A-9");

        assertThat(List.of(second.recording(), third.recording())).containsOnly(first.recording());
        Recording linked = desk.recording(second);
        assertThat(linked.cases()).extracting(Object::toString).containsExactly("A-9");
        assertThat(linked.findings()).isEmpty();
        assertThat(linked.receivedAt()).isEqualTo(NOW);
        assertThat(custody(linked))
                .containsExactly(
                        EventKind.RECEIVED, EventKind.RECEIVED_AGAIN, EventKind.LINKED, EventKind.RECEIVED_AGAIN);
        assertThat(desk.vault.originals()).hasSize(1);
        assertThat(desk.vault.unfinished()).isEmpty();
    }

    @Test
    void a_repetition_with_an_important_mark_only_ever_lengthens() throws Exception {
        Recording routine = desk.recording(desk.push(FOOTAGE, "category", "routine"));
        Recording important = desk.recording(desk.push(FOOTAGE, "important", "true"));

        assertThat(important.important()).isTrue();
        assertThat(routine.retention().permanent()).isFalse();
        LocalDate until = important.retention().keepUntil();
        assertThat(until == null
                        || !until.isBefore(java.util.Objects.requireNonNull(
                                routine.retention().keepUntil())))
                .isTrue();
    }

    @Test
    void the_same_bytes_by_two_uploads_at_once_are_one_recording() throws Exception {
        List<CompletableFuture<Upload>> pushes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pushes.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return desk.push(FOOTAGE, "case", "A-1");
                } catch (StorageFailure e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        Set<RecordingId> ids = new java.util.HashSet<>();
        for (CompletableFuture<Upload> push : pushes) {
            ids.add(java.util.Objects.requireNonNull(push.get().recording()));
        }

        assertThat(ids).hasSize(1);
        assertThat(desk.vault.originals()).hasSize(1);
        assertThat(desk.vault.unfinished()).isEmpty();
    }

    @Test
    void bytes_of_a_disposed_recording_are_received_anew() throws Exception {
        Recording first = desk.recording(desk.push(FOOTAGE));
        for (RecordingState state : List.of(RecordingState.DISPOSING, RecordingState.DISPOSED)) {
            commit(desk.catalog
                    .recording(first.id(), org.liuhen.storage.ReadLevel.CURRENT)
                    .orElseThrow()
                    .next()
                    .withState(state));
        }
        desk.vault.erase(new OriginalKey(first.receivedDay(), first.id()));
        desk.clock.set(NOW.plus(Duration.ofDays(400)));

        Recording anew = desk.recording(desk.push(FOOTAGE));

        assertThat(anew.id()).isEqualTo(first.id());
        assertThat(anew.version()).isEqualTo(4);
        assertThat(anew.state()).isEqualTo(RecordingState.STORED);
        assertThat(anew.receivedDay()).isEqualTo(LocalDate.of(2027, 12, 27));
        assertThat(desk.original(anew)).isEqualTo(FOOTAGE);
    }

    @Test
    void a_new_case_ends_an_announced_disposal() throws Exception {
        Recording first = desk.recording(desk.push(FOOTAGE));
        commit(first.next()
                .withState(RecordingState.DISPOSING)
                .withRetention(first.retention().withAnnouncedAt(NOW)));

        Recording revived = desk.recording(desk.push(FOOTAGE, "case", "A-1"));

        assertThat(revived.state()).isEqualTo(RecordingState.STORED);
        assertThat(revived.retention().announcedAt()).isNull();
        assertThat(custody(revived)).contains(EventKind.DISPOSAL_CANCELLED, EventKind.LINKED);
    }

    private void commit(Recording next) throws Exception {
        desk.catalog
                .commit(org.liuhen.storage.Change.builder()
                        .recording(next)
                        .event(CustodyEvent.of(
                                NOW,
                                org.liuhen.storage.Actor.CONSOLE,
                                EventKind.DISPOSAL_ANNOUNCED,
                                next.id(),
                                Map.of("version", Long.toString(next.version()))))
                        .build())
                .get();
    }

    @Test
    void an_empty_file_is_what_the_device_had_and_is_stored() throws Exception {
        UploadWriter writer = desk.begin(0);

        Recording recording = desk.recording(((Written.Sealed) writer.finish()).upload());

        assertThat(recording.sizeBytes()).isZero();
        assertThat(desk.original(recording)).isEmpty();
    }

    @Test
    void a_whole_file_whose_request_breaks_leaves_nothing() throws Exception {
        UploadWriter writer = ((Begun.Ready) desk.uploads.begin(
                        BY_DOCK, metadata(), Uploads.WHOLE_FILE, Map.of(), OptionalLong.empty(), false))
                .writer();
        writer.write(ByteBuffer.wrap(FOOTAGE));
        writer.broken();

        assertThat(desk.catalog.uploads()).isEmpty();
        assertThat(desk.vault.unfinished()).isEmpty();
    }

    @Test
    void a_whole_file_needs_no_declared_length() throws Exception {
        UploadWriter writer = ((Begun.Ready) desk.uploads.begin(
                        BY_DOCK, metadata(), Uploads.WHOLE_FILE, Map.of(), OptionalLong.empty(), false))
                .writer();
        writer.write(ByteBuffer.wrap(FOOTAGE));

        Upload finished = ((Written.Sealed) writer.finishWhole()).upload();

        assertThat(finished.lengthBytes()).isEqualTo(FOOTAGE.length);
        assertThat(desk.original(desk.recording(finished))).isEqualTo(FOOTAGE);
    }

    @Test
    void without_room_nothing_begins_and_what_has_begun_is_kept() throws Exception {
        assertThatThrownBy(() -> desk.begin(20_000_001))
                .isInstanceOf(StorageFailure.class)
                .extracting(failure -> ((StorageFailure) failure).kind())
                .isEqualTo(StorageFailure.Kind.NO_SPACE);
        UploadWriter writer = desk.begin(19_000_000);
        UploadWriter other = desk.begin(10_000_000);
        writer.write(ByteBuffer.wrap(footage(15_000_000, 2)));

        assertThatThrownBy(() -> other.write(ByteBuffer.wrap(footage(6_000_000, 3))))
                .isInstanceOf(StorageFailure.class);

        assertThat(desk.standing(writer.upload()).offsetBytes()).isEqualTo(15_000_000);
        desk.uploads.giveUp(writer.upload().id(), BY_DOCK);
        UploadWriter resumed = desk.append(desk.standing(other.upload()));
        assertThat(resumed.write(ByteBuffer.wrap(footage(6_000_000, 3)))).isEqualTo(Taken.TAKEN);
    }

    @Test
    void an_upload_given_up_is_gone_but_a_recording_is_not() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 3000));
        assertThat(desk.uploads.giveUp(writer.upload().id(), BY_DOCK)).isEqualTo(GivenUp.GONE);
        assertThat(writer.write(part(3000, 4000))).isEqualTo(Taken.SUPERSEDED);
        assertThat(desk.uploads.giveUp(writer.upload().id(), BY_DOCK)).isEqualTo(GivenUp.NOT_FOUND);
        assertThat(desk.vault.unfinished()).isEmpty();

        Upload finished = desk.push(FOOTAGE);
        assertThat(desk.uploads.giveUp(finished.id(), BY_DOCK)).isEqualTo(GivenUp.SEALED);
        assertThat(desk.recording(finished)).isNotNull();
    }

    @Test
    void a_finished_upload_is_remembered_for_its_time_and_then_forgotten() throws Exception {
        Upload finished = desk.push(FOOTAGE);
        UploadWriter unfinished = desk.begin(FOOTAGE.length);
        unfinished.write(part(0, 3000));
        unfinished.park();

        desk.clock.set(NOW.plus(Duration.ofHours(23)));
        desk.uploads.forgetExpired();
        assertThat(desk.uploads.append(finished.id(), BY_DOCK, FOOTAGE.length, OptionalLong.of(0)))
                .isEqualTo(new Appending.Finished(finished));

        desk.clock.set(NOW.plus(Duration.ofDays(8)));
        assertThat(desk.uploads.peek(finished.id(), BY_DOCK)).isEqualTo(new Standing.NotFound());
        desk.uploads.forgetExpired();
        assertThat(desk.catalog.uploads()).isEmpty();
        assertThat(desk.vault.unfinished()).isEmpty();
        assertThat(desk.recording(finished)).isNotNull();
    }

    @Test
    void a_long_body_becomes_durable_while_it_is_written() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        writer.write(part(0, 5000));
        UploadId id = writer.upload().id(); // its row may still be on its way
        while (desk.catalog.upload(id).map(Upload::offsetBytes).orElse(0L) == 0) {
            Thread.onSpinWait();
        }
        assertThat(desk.catalog.upload(id).orElseThrow().offsetBytes()).isEqualTo(5000);
        assertThat(writer.write(part(5000, 10_000))).isEqualTo(Taken.TAKEN);
        assertThat(writer.finish()).isInstanceOf(Written.Sealed.class);
    }

    @Test
    void more_idle_uploads_than_may_stay_open_go_on_all_the_same() throws Exception {
        List<UploadWriter> writers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            UploadWriter writer = desk.begin(FOOTAGE.length, "filename", "f" + i);
            writer.write(part(0, 1000 * (i + 1)));
            writer.park();
            writers.add(writer);
        }
        for (int i = 0; i < 6; i++) {
            UploadWriter next = desk.append(desk.standing(writers.get(i).upload()));
            next.write(part(1000 * (i + 1), 10_000));
            assertThat(next.finish()).isInstanceOf(Written.Sealed.class);
        }
        assertThat(desk.vault.unfinished()).isEmpty();
    }

    @Test
    void wrong_clocks_and_late_footage_are_findings() throws Exception {
        assertThat(findings("from", "2026-11-22T10:30:00Z", "to", "2026-11-22T10:40:00Z"))
                .containsExactly("clock");
        assertThat(findings("from", "2026-11-22T09:59:00Z", "to", "2026-11-22T10:04:00Z"))
                .isEmpty();
        assertThat(findings("from", "2026-11-20T09:00:00Z", "to", "2026-11-21T09:00:00Z"))
                .containsExactly("late-upload");
        assertThat(findings("from", "2016-11-20T09:00:00Z")).containsExactly("clock", "late-upload");
        assertThat(findings("to", "2026-11-22T09:00:00Z")).isEmpty();
    }

    private List<String> findings(String... times) throws StorageFailure {
        String[] all = Arrays.copyOf(times, times.length + 2);
        all[times.length] = "case";
        all[times.length + 1] = "A-1";
        Recording recording = desk.recording(desk.push(footage(100, Arrays.hashCode(times)), all));
        assertThat(recording.to() == null || !recording.to().isBefore(recording.from()))
                .isTrue();
        return recording.findings().stream().map(Finding::kind).toList();
    }
}
