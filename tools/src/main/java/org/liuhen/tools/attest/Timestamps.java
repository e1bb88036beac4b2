package org.liuhen.tools.attest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.tools.access.Commits;
import org.liuhen.tools.evidence.TimestampToken;

/**
 * Has a checkpoint stamped every so often, keeps it with its token, and writes down that it did. One thread.
 */
public final class Timestamps {
    private static final Actor ACTOR = Actor.system("timestamps");

    private final PublicLog log;
    private final Catalog catalog;
    private final TimestampAuthority authority;
    private final Duration every;
    private final InstantSource clock;
    private @Nullable Instant last;
    private long lastSize;

    /** @param every how often, if the log has grown */
    public Timestamps(PublicLog log, Catalog catalog, TimestampAuthority authority, Duration every, InstantSource clock)
            throws IOException {
        this.log = log;
        this.catalog = catalog;
        this.authority = authority;
        this.every = every;
        this.clock = clock;
        List<StampedCheckpoint> kept = StampedCheckpoint.in(log.folder().root());
        if (!kept.isEmpty()) {
            StampedCheckpoint newest = kept.get(kept.size() - 1);
            last = newest.at();
            lastSize = newest.size();
        }
    }

    String name() {
        return "timestamp authority " + authority.address();
    }

    /** Has the present checkpoint stamped if it is time, and the log has grown by more than the last stamp's event. */
    void stampIfDue() throws IOException, InterruptedException, StorageFailure {
        Instant before = last;
        if (before != null && clock.instant().isBefore(before.plus(every))) {
            return;
        }
        String note = log.ledger().checkpoint();
        long size = Checkpoint.parse(note).size();
        if (size <= lastSize + 1) {
            return;
        }
        byte[] checkpoint = note.getBytes(StandardCharsets.UTF_8);
        byte[] token = authority.stamp(checkpoint);
        Instant at = TimestampToken.read(token).at();
        String name = StampedCheckpoint.FOLDER + "/" + size;
        log.folder().publish(name + StampedCheckpoint.CHECKPOINT_END, checkpoint);
        log.folder().publish(name + StampedCheckpoint.TOKEN_END, token);
        last = clock.instant();
        lastSize = size;
        var unused = Commits.outcome(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(
                                clock.instant(),
                                ACTOR,
                                EventKind.TIMESTAMPED,
                                null,
                                Map.of(
                                        "size", Long.toString(size),
                                        "authority", authority.address().toString(),
                                        "at", at.toString())))
                        .build());
    }
}
