package org.liuhen.retention;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Page;
import org.liuhen.storage.StorageFailure;

/** The certificates of everything that was disposed of, the latest first. */
public final class Disposals {
    private final Catalog catalog;

    public Disposals(Catalog catalog) {
        this.catalog = catalog;
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
