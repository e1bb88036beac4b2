package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Job;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.MemoryVault;
import org.liuhen.storage.vault.VaultSettings;

class MediaJobsTest {
    private final ShiftedClock clock = new ShiftedClock();
    private static final MediaSettings SETTINGS =
            SampleMedia.SETTINGS.withRetryAfter(Duration.ofMillis(1), Duration.ofMillis(50));

    @TempDir
    static Path footage;

    static Path playable = Path.of("");

    @TempDir
    Path folder;

    private final SecureRandom random = new SecureRandom();
    private final Catalog catalog = new MemoryCatalog(clock, random);
    private final BlockingQueue<CustodyEvent> events = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Vault vault = new MemoryVault();
    private Optional<MediaJobs> jobs = Optional.empty();

    @BeforeAll
    static void make_footage() throws IOException {
        playable = SampleMedia.made(footage, "street.mp4", SampleMedia.spec(FootageSpec.Scene.STREET))
                .file();
    }

    @BeforeEach
    void listen() {
        catalog.listen(events::addAll);
    }

    @AfterEach
    void close() {
        jobs.ifPresent(MediaJobs::close);
        catalog.close();
        vault.close();
    }

    private MediaJobs start(MediaSettings settings) throws IOException {
        MediaJobs started = new MediaJobs(catalog, vault, renditions(), settings, clock, meters);
        started.start();
        jobs = Optional.of(started);
        return started;
    }

    /** Waits until the workers have also tidied up after what they said. */
    private void finish() {
        jobs.orElseThrow().close();
    }

    private Renditions renditions() throws IOException {
        return Renditions.open(folder.resolve("renditions"));
    }

    private Recording receive(byte[] bytes) throws StorageFailure {
        return MediaRoom.receive(catalog, vault, random, clock, bytes);
    }

    private Recording now(RecordingId id) throws StorageFailure {
        return catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
    }

    private CustodyEvent await(EventKind kind) throws InterruptedException {
        while (true) {
            CustodyEvent event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("an event of kind " + kind).isNotNull();
            if (event.kind() == kind) {
                return event;
            }
        }
    }

    private List<Job> waiting() throws StorageFailure {
        return catalog.jobs(MediaJobs.KIND, Instant.MAX.minusSeconds(1_000_000_000), 10);
    }

    private static OriginalKey keyOf(Recording recording) {
        return new OriginalKey(recording.receivedDay(), recording.id());
    }

    private void awaitRunning() throws Exception {
        awaitTrue(() -> !jobs.orElseThrow().pool().working().isEmpty());
    }

    private void awaitCrashed() throws Exception {
        awaitTrue(() -> {
            Timer crashed =
                    meters.find("liuhen.media.time").tag("outcome", "crashed").timer();
            return crashed != null && crashed.count() > 0;
        });
    }

    @Test
    void a_received_recording_becomes_ready_with_what_it_holds() throws Exception {
        start(SETTINGS);
        Recording received = receive(Files.readAllBytes(playable));

        CustodyEvent event = await(EventKind.MEDIA_READY);

        assertThat(event.recording()).isEqualTo(received.id());
        assertThat(event.actor()).isEqualTo(Actor.system("media"));
        assertThat(event.details()).containsEntry("video", "h264").containsEntry("repackaged", "true");
        Recording ready = now(received.id());
        assertThat(ready.state()).isEqualTo(RecordingState.READY);
        assertThat(ready.playable()).isTrue();
        assertThat(ready.media()).isNotNull();
        assertThat(ready.findings()).extracting(Finding::kind).contains("late-upload", "signature-absent");
        assertThat(renditions().file(keyOf(ready), "index.m3u8")).isEmpty();
        assertThat(renditions().file(keyOf(ready), "poster.jpg")).isPresent();
        assertThat(waiting()).isEmpty();
        finish();
        assertThat(folder.resolve("renditions/making")).isEmptyDirectory();
        try (var made = Files.list(renditions().folder(keyOf(ready)))) {
            assertThat(made.map(Path::getFileName).map(Path::toString))
                    .as("no second copy")
                    .contains("poster.jpg", "storyboard.vtt", "storyboard-000.jpg")
                    .noneMatch(name -> name.endsWith(".m4s") || name.endsWith(".m3u8"));
        }
    }

    @Test
    void what_browsers_do_not_play_gets_a_copy_that_they_do() throws Exception {
        start(SETTINGS);
        Path old = SampleMedia.made(
                        footage,
                        "old.avi",
                        SampleMedia.spec(FootageSpec.Scene.ROOM)
                                .withFormat(
                                        FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.NONE))
                .file();
        Recording received = receive(Files.readAllBytes(old));
        await(EventKind.MEDIA_READY);
        assertThat(renditions().file(keyOf(received), "index.m3u8")).isPresent();
    }

    @Test
    void jobs_left_by_an_earlier_run_are_done_at_start_from_files() throws Exception {
        vault = FileVault.open(folder.resolve("vault"), new VaultSettings(0, 1 << 20), clock);
        Recording received = receive(Files.readAllBytes(playable));
        start(SETTINGS);
        await(EventKind.MEDIA_READY);
        assertThat(now(received.id()).state()).isEqualTo(RecordingState.READY);
        finish();
        assertThat(meters.get("liuhen.media.queue").gauge().value()).isZero();
    }

    @Test
    void a_recording_without_index_is_repaired_by_what_its_device_recorded_before() throws Exception {
        vault = FileVault.open(folder.resolve("vault"), new VaultSettings(0, 1 << 20), clock);
        start(SETTINGS);
        receive(Files.readAllBytes(playable));
        await(EventKind.MEDIA_READY);
        Recording received = receive(SampleMedia.withoutIndex(playable));
        await(EventKind.MEDIA_READY);
        assertThat(now(received.id()).findings()).extracting(Finding::kind).contains("repaired");
    }

    @Test
    void rubbish_becomes_unplayable_with_the_reason_and_stays_stored() throws Exception {
        start(SETTINGS);
        Recording received = receive(rubbish("not a recording at all"));

        assertThat(await(EventKind.MEDIA_UNPLAYABLE).details()).containsEntry("reason", "unknown-format");
        Recording unplayable = now(received.id());
        assertThat(unplayable.state()).isEqualTo(RecordingState.UNPLAYABLE);
        assertThat(unplayable.playable()).isFalse();
        assertThat(unplayable.findings()).extracting(Finding::kind).containsExactly("late-upload", "unplayable");
        assertThat(vault.manifest(keyOf(received))).isPresent();
        assertThat(waiting()).isEmpty();
        assertThat(renditions().file(keyOf(received), "index.m3u8")).isEmpty();
    }

    @Test
    void a_child_killed_once_is_tried_again() throws Exception {
        ProcessHandle child = Children.stopOne(start(SETTINGS).pool());
        Recording received = receive(Files.readAllBytes(playable));
        awaitRunning();
        child.destroyForcibly();
        await(EventKind.MEDIA_READY);
        assertThat(now(received.id()).state()).isEqualTo(RecordingState.READY);
        assertThat(meters.get("liuhen.media.time")
                        .tag("outcome", "crashed")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_child_killed_twice_leaves_the_recording_unplayable() throws Exception {
        Path slow = SampleMedia.made(
                        folder,
                        "slow.avi",
                        SampleMedia.spec(FootageSpec.Scene.STREET)
                                .withSize(1280, 720, 25)
                                .withFormat(
                                        FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.NONE))
                .file();
        MediaJobs started = start(SETTINGS.withRetryAfter(Duration.ofHours(1), Duration.ofMillis(50)));
        Recording received = receive(Files.readAllBytes(slow));
        Children.killAtWork(started.pool());
        awaitCrashed();
        clock.advance(Duration.ofHours(2));
        Children.killAtWork(started.pool());
        CustodyEvent event = await(EventKind.MEDIA_UNPLAYABLE);
        assertThat(event.details()).containsEntry("reason", "crashed");
        assertThat(event.details().get("detail")).contains("twice").contains("signal 9");
        assertThat(now(received.id()).state()).isEqualTo(RecordingState.UNPLAYABLE);
        assertThat(vault.manifest(keyOf(received))).isPresent();
    }

    @Test
    void closing_ends_the_child_and_keeps_the_job_for_the_next_run() throws Exception {
        MediaJobs first = start(SETTINGS);
        ProcessHandle child = Children.stopOne(first.pool());
        Recording received = receive(Files.readAllBytes(playable));
        awaitRunning();
        first.close();
        assertThat(child.isAlive()).isFalse();
        assertThat(waiting()).extracting(Job::recording).containsExactly(received.id());
        assertThat(waiting()).extracting(Job::attempts).containsExactly(0);
        assertThat(now(received.id()).state()).isEqualTo(RecordingState.STORED);

        start(SETTINGS);
        await(EventKind.MEDIA_READY);
        assertThat(now(received.id()).state()).isEqualTo(RecordingState.READY);
    }

    @Test
    void what_others_change_meanwhile_is_kept() throws Exception {
        ProcessHandle child = Children.stopOne(start(SETTINGS).pool());
        Recording received = receive(Files.readAllBytes(playable));
        awaitRunning();
        Recording linked = received.next().withCases(List.of(SampleRecordings.CASE));
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .recording(linked)
                        .event(SampleRecordings.event(EventKind.LINKED, linked))
                        .build());
        Signals.resume(child);
        await(EventKind.MEDIA_READY);
        Recording ready = now(received.id());
        assertThat(ready.state()).isEqualTo(RecordingState.READY);
        assertThat(ready.cases()).containsExactly(SampleRecordings.CASE);
    }

    @Test
    void a_recording_announced_for_disposal_stays_so_and_is_playable_until_then() throws Exception {
        Recording received = receive(Files.readAllBytes(playable));
        SampleRecordings.commit(catalog, SampleRecordings.put(received.next().withState(RecordingState.DISPOSING)));
        start(SETTINGS);
        await(EventKind.MEDIA_READY);
        assertThat(now(received.id()).state()).isEqualTo(RecordingState.DISPOSING);
        assertThat(now(received.id()).playable()).isTrue();
    }

    @Test
    void what_is_missing_between_two_files_of_a_device_is_told_on_both_once_they_are_measured() throws Exception {
        byte[] six = Files.readAllBytes(playable);
        byte[] other = Arrays.copyOf(six, six.length + 8);
        ByteBuffer.wrap(other, six.length, 8).putInt(8).put("free".getBytes(StandardCharsets.US_ASCII));
        Instant began = clock.instant();
        start(SETTINGS);
        Recording later = MediaRoom.receive(catalog, vault, random, clock, other, began.plusSeconds(11));
        await(EventKind.MEDIA_READY);
        assertThat(now(later.id()).findings()).extracting(Finding::kind).doesNotContain("gap");
        Recording earlier = MediaRoom.receive(catalog, vault, random, clock, six, began);
        await(EventKind.MEDIA_READY);
        for (Recording side : List.of(earlier, later)) {
            assertThat(now(side.id()).findings())
                    .filteredOn(finding -> finding.kind().equals("gap"))
                    .singleElement()
                    .extracting(Finding::detail)
                    .asString()
                    .contains("nothing was recorded for 5.0 s");
        }
    }

    @Test
    void a_disposed_recording_is_not_worked_on() throws Exception {
        Recording received = receive(Files.readAllBytes(playable));
        Recording disposing = received.next().withState(RecordingState.DISPOSING);
        SampleRecordings.commit(catalog, SampleRecordings.put(disposing));
        SampleRecordings.commit(catalog, SampleRecordings.put(disposing.next().withState(RecordingState.DISPOSED)));
        start(SETTINGS);
        Recording next = receive("rubbish".getBytes(StandardCharsets.UTF_8));
        await(EventKind.MEDIA_UNPLAYABLE);
        finish();
        assertThat(waiting()).isEmpty();
        assertThat(catalog.custody(received.id()))
                .extracting(CustodyEvent::kind)
                .doesNotContain(EventKind.MEDIA_READY, EventKind.MEDIA_UNPLAYABLE);
        assertThat(now(next.id()).state()).isEqualTo(RecordingState.UNPLAYABLE);
    }

    @Test
    void what_somebody_looks_at_is_done_before_what_came_earlier() throws Exception {
        ProcessHandle child = Children.stopOne(start(SETTINGS.withChildren(1)).pool());
        Recording first = receive(rubbish("first"));
        awaitRunning();
        Recording second = receive(rubbish("second"));
        Recording looked = receive(rubbish("looked"));
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .event(SampleRecordings.event(EventKind.VIEWED, looked))
                        .build());
        Recording last = receive(rubbish("last"));
        // who is told of the last was told of the look before
        while (!last.id().equals(await(EventKind.RECEIVED).recording())) {}
        Signals.resume(child);
        assertThat(List.of(
                        await(EventKind.MEDIA_UNPLAYABLE).recording(),
                        await(EventKind.MEDIA_UNPLAYABLE).recording(),
                        await(EventKind.MEDIA_UNPLAYABLE).recording(),
                        await(EventKind.MEDIA_UNPLAYABLE).recording()))
                .isEqualTo(List.of(first.id(), looked.id(), second.id(), last.id()));
    }

    private static byte[] rubbish(String words) {
        return words.repeat(50).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void nothing_is_handed_out_while_uploads_need_the_machine() throws Exception {
        MediaJobs started = start(SETTINGS.withChildren(1));
        try (PressingUploads uploads = new PressingUploads(meters)) {
            uploads.begin();
            awaitTrue(started::isHeld);
            Recording received = receive(Files.readAllBytes(playable));
            awaitTrue(MediaJobsTest::isWorkerHeld);
            assertThat(started.underWay()).isEmpty();
            assertThat(waiting()).extracting(Job::recording).containsExactly(received.id());
        }
        await(EventKind.MEDIA_READY);
    }

    @Test
    @Tag("world")
    void children_at_work_stand_still_while_uploads_need_the_machine() throws Exception {
        Path slow = SampleMedia.made(
                        folder,
                        "slow.avi",
                        FootageSpec.of(
                                        "CAM",
                                        Instant.EPOCH,
                                        ZoneOffset.UTC,
                                        Duration.ofSeconds(20),
                                        FootageSpec.Scene.STREET)
                                .withSize(1280, 720, 25)
                                .withFormat(
                                        FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.NONE))
                .file();
        MediaJobs started = start(SETTINGS);
        receive(Files.readAllBytes(slow));
        awaitRunning();
        try (PressingUploads uploads = new PressingUploads(meters)) {
            uploads.begin();
            awaitTrue(() -> started.pool().working().stream()
                    .flatMap(ProcessHandle::descendants)
                    .anyMatch(Signals::isStopped));
        }
        await(EventKind.MEDIA_READY);
    }

    /** Whether the thread that hands out work waits for uploads to be over. */
    private static boolean isWorkerHeld() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("liuhen-media-"))
                .anyMatch(thread -> Stream.of(thread.getValue())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitFree")
                                && frame.getClassName().equals(Pace.class.getName())));
    }

    private static void awaitTrue(BooleanSupplier state) throws InterruptedException {
        for (int i = 0; i < 12_000; i++) {
            if (state.getAsBoolean()) {
                return;
            }
            TimeUnit.NANOSECONDS.timedJoin(Thread.currentThread(), 10_000_000);
        }
        throw new AssertionError("it never came so far");
    }

    @Test
    void the_child_sees_nothing_of_our_environment() throws Exception {
        ProcessHandle child = Children.stopOne(start(SETTINGS).pool());
        List<ProcessHandle> all =
                Stream.concat(Stream.of(child), child.descendants()).toList();
        for (ProcessHandle one : all) {
            String environment =
                    Files.readString(Path.of("/proc", Long.toString(one.pid()), "environ"), StandardCharsets.UTF_8);
            assertThat(environment.split("\0"))
                    .allMatch(entry -> entry.isEmpty()
                            || entry.matches("(PATH|PWD|LC_ALL|MALLOC_ARENA_MAX|NLSPATH|LD_LIBRARY_PATH)=.*"));
        }
    }
}
