package org.liuhen.storage.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;

/**
 * The lists of the catalog, page by page. Each is one range of one index, the most selective there is; every recording
 * is read again, and what the hint claimed but the recording does not is dropped. Safe for many threads.
 */
final class RocksLists {
    private static final int LEAST_LOOKAHEAD = 16;

    /**
     * A range of an index.
     *
     * @param prefix what all its keys begin with; a cursor holds what follows
     * @param from inclusive
     * @param until exclusive; null: to the end of the family
     * @param idOf the recording a key speaks of
     */
    private record Range(
            Family family, byte[] prefix, byte[] from, byte @Nullable [] until, Function<byte[], RecordingId> idOf) {}

    /** Whether what the key claims is still so and the list wants it. */
    @FunctionalInterface
    private interface Check {
        boolean holds(byte[] key, Recording recording);
    }

    private final RocksStore store;
    private final RocksRows rows;
    private final Cursors cursors;
    private final int scannedPerPage;

    RocksLists(RocksStore store, RocksRows rows, Cursors cursors, int scannedPerPage) {
        this.store = store;
        this.rows = rows;
        this.cursors = cursors;
        this.scannedPerPage = scannedPerPage;
    }

    Page<Recording> recordings(RecordingQuery query, int limit, @Nullable String cursor) throws StorageFailure {
        Check check = (key, recording) ->
                Keys.placeStartMillis(key) == Keys.millis(recording.from()) && query.matches(recording);
        return page("recordings", query, range(query), limit, cursor, check);
    }

    Page<Recording> due(LocalDate through, Instant now, int limit, @Nullable String cursor) throws StorageFailure {
        byte[] until = through.equals(LocalDate.MAX) ? null : Keys.dueFrom(through.plusDays(1));
        Range range = new Range(Family.DUE, Rows.NOTHING, Rows.NOTHING, until, Keys::dueId);
        Check check = (key, recording) -> Keys.dueVersion(key) == recording.version()
                && Keys.dueDay(key).equals(DueRule.day(recording))
                && DueRule.isDue(recording, through, now);
        return page("due", through, range, limit, cursor, check);
    }

    private static Range range(RecordingQuery query) {
        Family family = Family.BY_TIME;
        byte[] prefix = Rows.NOTHING;
        if (query.caseNumber() != null) {
            family = Family.BY_CASE;
            prefix = Keys.prefix(query.caseNumber().value());
        } else if (query.session() != null) {
            family = Family.BY_SESSION;
            prefix = Keys.prefix(query.session().value());
        } else if (query.officer() != null) {
            family = Family.BY_OFFICER;
            prefix = Keys.prefix(query.officer().value());
        } else if (query.device() != null) {
            family = Family.BY_DEVICE;
            prefix = Keys.prefix(query.device().value());
        }
        Instant from = query.from();
        Instant to = query.to();
        byte[] start = from == null ? prefix : Keys.join(prefix, Keys.placeFrom(Keys.millis(from)));
        byte[] end = prefix.length == 0 ? null : Keys.afterPrefix(prefix);
        if (to != null && Keys.millis(to) < Long.MAX_VALUE) {
            // One millisecond more than needed where the bound is a whole one; the check sorts that out.
            end = Keys.join(prefix, Keys.placeFrom(Keys.millis(to) + 1));
        }
        return new Range(family, prefix, start, end, Keys::lastId);
    }

    private Page<Recording> page(String kind, Object list, Range range, int limit, @Nullable String cursor, Check check)
            throws StorageFailure {
        if (limit < 1 || limit > Catalog.MAX_PAGE) {
            throw new InvalidField("limit", "is " + limit + " (expected: 1 to " + Catalog.MAX_PAGE + ")");
        }
        byte[] position = cursors.open(kind, list, cursor);
        byte[] from = position == null ? range.from() : Keys.next(Keys.join(range.prefix(), position));
        List<Recording> items = new ArrayList<>();
        int budget = scannedPerPage;
        while (true) {
            int wanted = Math.min(budget, Math.max(LEAST_LOOKAHEAD, limit - items.size()));
            List<byte[]> keys = keys(range, from, wanted + 1);
            int usable = Math.min(wanted, keys.size());
            List<@Nullable Recording> found = rows.recordings(
                    keys.subList(0, usable).stream().map(range.idOf()).toList());
            for (int i = 0; i < usable; i++) {
                byte[] key = keys.get(i);
                Recording recording = found.get(i);
                if (recording != null && check.holds(key, recording)) {
                    items.add(recording);
                }
                boolean last = i + 1 == keys.size();
                if (!last && (items.size() == limit || --budget == 0)) {
                    byte[] place = Arrays.copyOfRange(key, range.prefix().length, key.length);
                    return new Page<>(items, cursors.seal(kind, list, place));
                }
            }
            if (keys.size() <= wanted) {
                return new Page<>(items, null);
            }
            from = keys.get(usable);
        }
    }

    private List<byte[]> keys(Range range, byte[] from, int count) throws StorageFailure {
        List<byte[]> keys = new ArrayList<>(count);
        store.scan(range.family(), from, range.until(), (key, value) -> {
            keys.add(key);
            return keys.size() < count;
        });
        return keys;
    }
}
