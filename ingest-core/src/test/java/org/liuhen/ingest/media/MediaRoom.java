package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Job;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleManifests;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.vault.MemoryVault;

/** A store and the media jobs that work on what is received into it. */
final class MediaRoom implements AutoCloseable {
    private static final Set<EventKind> ENDS = Set.of(EventKind.MEDIA_READY, EventKind.MEDIA_UNPLAYABLE);

    private final InstantSource clock = new ShiftedClock();
    private final SecureRandom random = new SecureRandom();
    private final Catalog catalog = new MemoryCatalog(clock, random);
    private final Vault vault = new MemoryVault();
    private final BlockingQueue<CustodyEvent> ended = new LinkedBlockingQueue<>();
    private final MediaJobs jobs;

    MediaRoom(Path renditions) throws IOException {
        this.jobs = new MediaJobs(
                catalog, vault, Renditions.open(renditions), SampleMedia.SETTINGS, clock, new SimpleMeterRegistry());
        catalog.listen(events ->
                events.stream().filter(event -> ENDS.contains(event.kind())).forEach(ended::add));
        jobs.start();
    }

    /** A recording as it is when its media job has ended, whichever way. */
    Recording worked(byte[] original) throws StorageFailure, InterruptedException {
        Recording received = receive(catalog, vault, random, clock, original);
        while (true) {
            CustodyEvent event = ended.poll(120, TimeUnit.SECONDS);
            assertThat(event).as("the end of a media job").isNotNull();
            if (received.id().equals(event.recording())) {
                return catalog.recording(received.id(), ReadLevel.CURRENT).orElseThrow();
            }
        }
    }

    /** Seals an original and commits its recording with the job, as an upload does. */
    static Recording receive(Catalog catalog, Vault vault, SecureRandom random, InstantSource clock, byte[] bytes)
            throws StorageFailure {
        return receive(catalog, vault, random, clock, bytes, null);
    }

    /** @param deviceFrom when it began by the device's clock; null if the device told nothing */
    static Recording receive(
            Catalog catalog,
            Vault vault,
            SecureRandom random,
            InstantSource clock,
            byte[] bytes,
            @Nullable Instant deviceFrom)
            throws StorageFailure {
        UploadId upload = UploadId.random(random);
        Vault.Incoming incoming = vault.begin(upload);
        incoming.write(ByteBuffer.wrap(bytes));
        incoming.force();
        Manifest manifest = SampleManifests.of(incoming, upload);
        LocalDate day = Vault.dayOf(manifest.receivedAt());
        incoming.seal(manifest, day);
        Recording recording = new Recording(
                manifest.id(),
                1,
                manifest.kind(),
                RecordingState.STORED,
                manifest.cases(),
                manifest.device(),
                null,
                null,
                null,
                manifest.from(),
                null,
                deviceFrom,
                null,
                manifest.receivedAt(),
                day,
                manifest.filename(),
                manifest.contentType(),
                manifest.sizeBytes(),
                manifest.fingerprint(),
                false,
                null,
                null,
                new Retention(
                        new Category("routine"), false, LocalDate.of(2027, 1, 1), "routine: 6 months", List.of(), null),
                List.of(Finding.of("late-upload", "it came late")));
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .recording(recording)
                        .event(SampleRecordings.event(EventKind.RECEIVED, recording))
                        .job(new Job(MediaJobs.KIND, clock.instant(), recording.id(), 0))
                        .build());
        return recording;
    }

    @Override
    public void close() {
        jobs.close();
        catalog.close();
        vault.close();
    }
}
