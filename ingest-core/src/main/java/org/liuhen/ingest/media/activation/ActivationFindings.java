package org.liuhen.ingest.media.activation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private static final int MOST_PAGES = 8;

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

    private Map<RecordingId, Recording> near(Recording next) throws StorageFailure {
        RecordingQuery query = new RecordingQuery(
                null,
                next.device(),
                null,
                null,
                null,
                null,
                next.from().minus(LOOKED_AT),
                next.from().plus(LOOKED_AT));
        Map<RecordingId, Recording> near = new LinkedHashMap<>();
        @Nullable String cursor = null;
        for (int i = 0; i < MOST_PAGES && (i == 0 || cursor != null); i++) {
            Page<Recording> page = catalog.recordings(query, Catalog.MAX_PAGE, cursor);
            page.items().forEach(recording -> near.put(recording.id(), recording));
            cursor = page.next();
        }
        near.put(next.id(), next);
        return near;
    }
}
