package org.liuhen.ingest;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/** Findings that are reckoned from several recordings and put on each of them. Safe for many threads. */
public final class SharedFindings {
    private final Commits commits;
    private final InstantSource clock;
    private final Actor by;

    /** @param by who found them */
    public SharedFindings(Catalog catalog, InstantSource clock, Actor by) {
        this.commits = new Commits(catalog);
        this.clock = clock;
        this.by = by;
    }

    /**
     * Makes those findings of a recording that are of one sort be the wanted ones, and no others. Durable on return. A
     * recording that is gone or says so already is left as it is.
     *
     * @param ours which findings are of the sort
     * @param details of the event, if there has to be one
     */
    public void put(RecordingId id, Predicate<Finding> ours, List<Finding> wanted, Map<String, String> details)
            throws StorageFailure {
        commits.amend(id, now -> {
            List<Finding> all = new ArrayList<>(now.findings());
            all.removeIf(ours);
            all.addAll(wanted);
            if (all.equals(now.findings())) {
                return Optional.empty();
            }
            return Optional.of(Change.builder()
                    .recording(now.next().withFindings(all))
                    .event(CustodyEvent.of(clock.instant(), by, EventKind.GAPS_FOUND, id, details))
                    .build());
        });
    }
}
