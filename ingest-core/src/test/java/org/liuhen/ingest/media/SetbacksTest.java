package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;
import org.slf4j.LoggerFactory;

/** Media work that this program cannot do: rows that no upload could have made, and originals that are gone. */
class SetbacksTest {
    private static final RecordingId ID = new RecordingId("00112233445566778899aabbccddeeff");
    private static final MediaSettings SETTINGS =
            SampleMedia.SETTINGS.withRetryAfter(Duration.ofMillis(1), Duration.ofMillis(50));

    @TempDir
    private Path folder;

    private final ShiftedClock clock = new ShiftedClock();
    private final SecureRandom random = new SecureRandom();
    private final Catalog catalog = new MemoryCatalog(clock, random);
    private final Vault vault = new MemoryVault();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CountDownLatch never = new CountDownLatch(1);
    private final Logger log = (Logger) LoggerFactory.getLogger(Setbacks.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();
    private MediaJobs jobs;
    private byte[] playable = new byte[0];

    @BeforeEach
    void open() throws IOException {
        said.start();
        log.addAppender(said);
        playable = Files.readAllBytes(SampleMedia.made(folder, "street.mp4", SampleMedia.spec(FootageSpec.Scene.STREET))
                .file());
        jobs = new MediaJobs(catalog, vault, Renditions.open(folder.resolve("renditions")), SETTINGS, clock, meters);
    }

    @AfterEach
    void close() {
        jobs.close();
        log.detachAppender(said);
        catalog.close();
        vault.close();
    }

    private void awaitTrue(BooleanSupplier state) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!state.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("time is up").isNegative();
            never.await(20, TimeUnit.MILLISECONDS);
        }
    }

    private Recording now(Recording recording) {
        try {
            return catalog.recording(recording.id(), ReadLevel.CURRENT).orElseThrow();
        } catch (StorageFailure e) {
            throw new AssertionError(e);
        }
    }

    private long putOff() {
        Timer timer = meters.find("liuhen.media.time").tag("outcome", "put-off").timer();
        return timer == null ? 0 : timer.count();
    }

    @Test
    void what_fails_by_a_fault_of_ours_is_said_once_shown_and_done_when_it_is_mended() throws Exception {
        byte[] other = Arrays.copyOf(playable, playable.length + 8);
        ByteBuffer.wrap(other, playable.length, 8).putInt(8).put("free".getBytes(StandardCharsets.US_ASCII));
        jobs.start();
        // it ends after the last moment that there is
        Recording last = MediaRoom.receive(catalog, vault, random, clock, playable, Instant.MAX.minusSeconds(3));
        awaitTrue(() -> now(last).state() == RecordingState.READY);
        Recording broken = MediaRoom.receive(catalog, vault, random, clock, other, Instant.MAX);

        awaitTrue(() -> putOff() >= 1);
        assertThat(jobs.setbacks()).containsOnlyKeys(broken.id());
        assertThat(jobs.setbacks().get(broken.id())).contains("Exception");
        assertThat(meters.get("liuhen.media.setbacks").gauge().value()).isEqualTo(1);
        clock.advance(Duration.ofHours(2));
        awaitTrue(() -> putOff() >= 2);
        assertThat(said.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .contains(broken.id().hex()));
        assertThat(now(broken).state()).isEqualTo(RecordingState.STORED);

        Recording mended = now(last).next().withMedia(true, null, now(last).findings());
        SampleRecordings.commit(catalog, SampleRecordings.put(mended));
        clock.advance(Duration.ofHours(2));
        awaitTrue(() -> now(broken).state() == RecordingState.READY);
        awaitTrue(() -> jobs.setbacks().isEmpty());
    }

    @Test
    void however_many_cannot_be_done_what_comes_after_them_is() throws Exception {
        for (int number = 0; number < 100; number++) {
            Recording gone = SampleRecordings.received(SampleRecordings.DEVICE, number, clock.instant());
            SampleRecordings.commit(
                    catalog,
                    Change.builder()
                            .recording(gone)
                            .event(SampleRecordings.event(EventKind.RECEIVED, gone))
                            .job(new Job(MediaJobs.KIND, clock.instant(), gone.id(), 0))
                            .build());
        }
        Recording whole = MediaRoom.receive(catalog, vault, random, clock, playable);
        jobs.start();
        awaitTrue(() -> now(whole).state() == RecordingState.READY);
        awaitTrue(() -> jobs.setbacks().size() == 100);
    }

    @Test
    void a_fault_of_ours_is_tried_ever_more_rarely_and_one_of_the_world_every_minute() {
        SettableClock still = new SettableClock(Instant.EPOCH);
        Setbacks setbacks = new Setbacks(still);
        assertThat(setbacks.isLeftAlone(ID)).isFalse();
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            setbacks.failed(ID, new IllegalStateException("ours"));
            still.set(still.instant().plus(Duration.ofMinutes(minutes)).minusMillis(1));
            assertThat(setbacks.isLeftAlone(ID)).as("%d", minutes).isTrue();
            still.set(still.instant().plusMillis(1));
            assertThat(setbacks.isLeftAlone(ID)).as("%d", minutes).isFalse();
        }
        assertThat(said.list).hasSize(1);
        setbacks.failed(ID, new StorageFailure(StorageFailure.Kind.NO_SPACE, "no room"));
        assertThat(said.list).as("it fails otherwise").hasSize(2);
        still.set(still.instant().plus(Duration.ofMinutes(1)));
        assertThat(setbacks.isLeftAlone(ID)).isFalse();
        setbacks.failed(ID, new IOException("no room"));
        setbacks.over(ID);
        assertThat(setbacks.all()).isEmpty();
        assertThat(new Setbacks(still).isLeftAlone(ID)).as("another run").isFalse();
    }
}
