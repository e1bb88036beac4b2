package org.liuhen.retention;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Job;
import org.liuhen.storage.Page;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/** The certificates of everything that was disposed of, the latest first. */
public final class Disposals {
    private static final String DECIDED_AT = "decidedAt";

    private final Catalog catalog;

    public Disposals(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The job that finishes what is decided about a recording and not certified; empty if nothing is. */
    public static Optional<Job> unfinished(RecordingId id, List<CustodyEvent> custody) {
        Set<String> certified = custody.stream()
                .filter(event -> event.kind() == EventKind.DISPOSED)
                .map(event -> event.details().getOrDefault(DECIDED_AT, ""))
                .collect(Collectors.toSet());
        return custody.stream()
                .filter(event -> event.kind() == EventKind.DISPOSAL_DECIDED
                        && !certified.contains(event.details().getOrDefault(DECIDED_AT, "")))
                .findFirst()
                .map(decided -> new Job(DisposalJobs.KIND, decided.at(), id, 0));
    }

    /**
     * The certificate that the event {@code disposed} testifies to.
     *
     * @throws StorageFailure {@code CORRUPT} if the event does not say what it must
     */
    public static DisposalCertificate certificate(RecordingId id, CustodyEvent disposed) throws StorageFailure {
        return DisposalCertificate.of(id, disposed, DisposalCertificate.Act.of(disposed));
    }

    /**
     * @param limit 1 to {@link Catalog#MAX_PAGE}
     * @param cursor from the page before, null to begin
     * @throws InvalidField {@code cursor} or {@code limit}
     */
    public Page<DisposalCertificate> page(int limit, @Nullable String cursor) throws StorageFailure {
        if (limit < 1 || limit > Catalog.MAX_PAGE) {
            throw new InvalidField("limit", limit + " (expected: 1 to " + Catalog.MAX_PAGE + ")");
        }
        if (cursor != null && !cursor.matches("[0-9a-f]{16}-[0-9a-f]{32}")) {
            throw new InvalidField("cursor", "is not one of this list");
        }
        List<DisposalCertificate> found = catalog.register().entries(DisposalCertificate.KIND, cursor, limit);
        String next = found.size() < limit ? null : found.get(limit - 1).name();
        return new Page<>(found, next);
    }
}
