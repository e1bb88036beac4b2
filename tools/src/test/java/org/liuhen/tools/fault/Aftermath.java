package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.ingest.Repairs;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.ledger.ProofCheck;
import org.liuhen.tools.upkeep.Caretaker;
import org.liuhen.tools.upkeep.Verdict;
import org.liuhen.tools.upkeep.Verifications;

/**
 * What is checked after a fault: the store opens, everything promised is there, the day can be lived to its end, and then
 * the product's own verification finds nothing wrong and start-up nothing to repair.
 */
final class Aftermath {
    private final Path data;
    private final Promises promises;

    Aftermath(Path data, Promises promises) {
        this.data = data;
        this.promises = promises;
    }

    /** Fails with what is lost or wrong. Returns what start-up found. */
    Repairs check() throws Exception {
        Instant now = promises.clock().orElse(Station.FIRST_DAY);
        Repairs repairs;
        try (Station station = Station.open(data, now, new SecureRandom(), ignoredAsNobodyWaits -> {})) {
            repairs = station.uploads.repairs();
            assertThat(repairs.lost()).as("acknowledged bytes that are gone").isEmpty();
            keptAtOnce(station);
            station.live(promises);
            whole(station);
        }
        try (Station again = Station.open(data, Station.ERASE_DAY, new SecureRandom(), ignoredAsNobodyWaits -> {})) {
            assertThat(again.uploads.repairs().any())
                    .as("%s after an orderly stop", again.uploads.repairs())
                    .isFalse();
            whole(again);
        }
        return repairs;
    }

    private void keptAtOnce(Station station) throws Exception {
        for (String file : List.of(Station.OLD, Station.NEW)) {
            Optional<Promises.Offset> offset = promises.offset(file);
            if (offset.isPresent()) {
                Upload row = station.catalog.upload(offset.get().upload()).orElseThrow();
                assertThat(row.offsetBytes())
                        .as("acknowledged offset of " + file)
                        .isGreaterThanOrEqualTo(offset.get().bytes());
            }
            Optional<RecordingId> sealed = promises.sealed(file);
            if (sealed.isPresent()) {
                assertThat(recording(station, sealed.get()).fingerprint()).isEqualTo(fingerprint(file));
            }
        }
        if (promises.holds("classified " + Station.NEW)) {
            RecordingId id = promises.sealed(Station.NEW).orElseThrow();
            assertThat(recording(station, id).retention().category()).isEqualTo(Station.CLASSIFIED);
        }
        if (promises.holds("announced " + Station.OLD)) {
            RecordingId id = promises.sealed(Station.OLD).orElseThrow();
            assertThat(recording(station, id).state()).isIn(RecordingState.DISPOSING, RecordingState.DISPOSED);
        }
        if (promises.holds("disposed " + Station.OLD)) {
            RecordingId id = promises.sealed(Station.OLD).orElseThrow();
            assertThat(recording(station, id).state()).isEqualTo(RecordingState.DISPOSED);
        }
        Ledger ledger = station.catalog.ledger();
        for (Promises.Head seen : promises.heads()) {
            Ledger.Head head = ledger.head();
            assertThat(head.size()).as("events in the log").isGreaterThanOrEqualTo(seen.size());
            List<byte[]> proof = ledger.consistencyProof(seen.size(), head.size());
            assertThat(ProofCheck.consistency(seen.size(), head.size(), seen.root(), head.root(), proof))
                    .as("log of %s continues that of %s", head.size(), seen.size())
                    .isTrue();
        }
    }

    private static Recording recording(Station station, RecordingId id) throws Exception {
        return station.catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
    }

    private void whole(Station station) throws Exception {
        List<Verdict> damaged = new ArrayList<>();
        Caretaker caretaker = new Caretaker(station.catalog, station.vault, station.clock);
        Verifications.Summary summary = new Verifications(station.catalog, station.vault, caretaker, 1, station.clock)
                .verifyAll(new Principal.OfConsole(), Optional.empty(), gathering(damaged));
        assertThat(damaged).isEmpty();
        assertThat(summary.damaged()).isZero();
        assertThat(summary.ledgerDifference()).isEmpty();
        // Acknowledged to nobody: such uploads wait for their device until they expire.
        List<UploadId> waiting = station.catalog.uploads().stream()
                .filter(upload -> upload.recording() == null)
                .map(Upload::id)
                .toList();
        assertThat(waiting).as("uploads that wait").containsAll(station.vault.unfinished());
        assertThat(data.resolve("vault/erasing")).isEmptyDirectory();
        try (Stream<OriginalKey> originals = station.vault.originals()) {
            List<OriginalKey> keys = originals.toList();
            assertThat(keys).hasSize(1);
            assertThat(read(station, keys.get(0))).isEqualTo(Station.bytes(Station.NEW));
            Recording kept = recording(station, keys.get(0).id());
            assertThat(kept.retention().category()).isEqualTo(Station.CLASSIFIED);
        }
        RecordingId old = RecordingId.of(Station.DEVICE, fingerprint(Station.OLD));
        assertThat(recording(station, old).state()).isEqualTo(RecordingState.DISPOSED);
        assertThat(station.catalog.custody(old))
                .extracting(event -> event.kind())
                .startsWith(EventKind.RECEIVED)
                .endsWith(EventKind.DISPOSED)
                .containsOnlyOnce(EventKind.RECEIVED, EventKind.DISPOSAL_DECIDED, EventKind.DISPOSED);
    }

    private static Verifications.Listener gathering(List<Verdict> damaged) {
        return new Verifications.Listener() {
            @Override
            public void damaged(Verdict verdict) {
                damaged.add(verdict);
            }

            @Override
            public void progressed(Verifications.Progress progress) {}
        };
    }

    private static Fingerprint fingerprint(String file) {
        return Fingerprint.of(DigestUtils.sha256(Station.bytes(file)));
    }

    private static byte[] read(Station station, OriginalKey key) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        try (SeekableByteChannel channel = station.vault.open(key)) {
            while (channel.read(buffer.clear()) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
            }
        }
        return all.toByteArray();
    }
}
