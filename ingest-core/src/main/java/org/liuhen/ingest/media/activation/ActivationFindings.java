package org.liuhen.ingest.media.activation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.SharedFindings;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;

/**
 * Keeps what {@link Activations} says of recordings among their findings, on both sides of each seam. Files of an
 * activation come in any order and late: whenever one is measured, it and its neighbours are looked at anew.
 *
 * <p>Of two neighbours that are measured at the same time neither would see the other; so whoever calls {@link #told}
 * commits what it gives before anybody calls it again.
 */
public final class ActivationFindings {
    /** Twice as far as a gap may reach, so that neighbours are judged with all of their own neighbours. */
    private static final Duration LOOKED_AT = Activations.FARTHEST.multipliedBy(2);

    private static final Duration NEAREST = Duration.ofMinutes(15);
    private static final int FARTHER = 4;
    /** So many are no longer looked for farther away. */
    private static final int ENOUGH = 500;

    private static final int MOST = 4_000;

    private final Catalog catalog;
    private final SharedFindings findings;

    public ActivationFindings(Catalog catalog, InstantSource clock, Actor by) {
        this.catalog = catalog;
        this.findings = new SharedFindings(catalog, clock, by);
    }

    /**
     * Tells the neighbours of a recording how they join it. What is said of them is durable on return.
     *
     * @param next the recording as it is about to be committed, its length measured if it can be
     * @return the same with what is to be said of itself
     */
    public Recording told(Recording next) throws StorageFailure {
        List<Finding> own = List.of();
        if (Activations.isPart(next)) {
            Map<RecordingId, Recording> known = near(next);
            for (var said : new Activations(known.values()).around(next.id()).entrySet()) {
                if (said.getKey().equals(next.id())) {
                    own = said.getValue();
                } else {
                    findings.put(said.getKey(), Activations::isOurs, said.getValue(), counted(said.getValue()));
                }
            }
        }
        return next.withFindings(
                Stream.concat(next.findings().stream().filter(finding -> !Activations.isOurs(finding)), own.stream())
                        .toList());
    }

    private static Map<String, String> counted(List<Finding> said) {
        long gaps = said.stream()
                .filter(finding -> finding.kind().equals(Activations.GAP))
                .count();
        return Map.of("gaps", Long.toString(gaps), "overlaps", Long.toString(said.size() - gaps));
    }

    /** Reads from the recording outwards, so that of a device which has very many the neighbours are among them. */
    private Map<RecordingId, Recording> near(Recording next) throws StorageFailure {
        Duration farthest = next.session() == null ? Activations.FARTHEST : LOOKED_AT;
        Map<RecordingId, Recording> near = new LinkedHashMap<>();
        near.put(next.id(), next);
        Duration within = Duration.ZERO;
        Duration reach = NEAREST;
        while (within.compareTo(farthest) < 0 && near.size() < ENOUGH) {
            Instant from = next.from();
            read(next, from.minus(reach), from.minus(within), near);
            read(next, from.plus(within), from.plus(reach), near);
            within = reach;
            reach = reach.multipliedBy(FARTHER);
        }
        return near;
    }

    /** Recordings without a session join only others without one, and those of a session each other. */
    private void read(Recording next, Instant from, Instant to, Map<RecordingId, Recording> near)
            throws StorageFailure {
        RecordingQuery query = new RecordingQuery(null, next.device(), null, next.session(), null, null, from, to);
        @Nullable String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(query, Catalog.MAX_PAGE, cursor);
            page.items().stream()
                    .filter(recording -> Objects.equals(recording.session(), next.session()))
                    .forEach(recording -> near.putIfAbsent(recording.id(), recording));
            cursor = page.next();
        } while (cursor != null && near.size() < MOST);
    }
}
