package org.liuhen.ingest.media.signed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/**
 * Pictures on one side, statements about them on the other, and which belongs to which. Statements come with their
 * group, some pictures later, or (of a cut beginning) without it; so each is first looked for by what it says, and only
 * where nothing matches the numbers decide which pictures were meant.
 */
final class Coverage {
    private static final int MOST_UNITS = 40_000;
    private static final int MOST_EARLY_CLAIMS = 16;
    private static final int MOST_STARTS = 512;
    /** A signature may be this many groups behind its pictures without anybody having taken one out. */
    private static final int PATIENCE_GROUPS = 2;

    static final Said UNSIGNED = Said.of(Sentence.UNSIGNED);
    static final Said LEFT_OUT = Said.of(Sentence.PICTURES_TAKEN_OUT);

    private final Hashing hashing;
    private final Tally tally;
    /** Not yet decided, in the order of the stream. */
    private final List<PictureUnit> units = new ArrayList<>();
    /** How many units were decided before those. */
    private long decided;

    private final List<Claim> waiting = new ArrayList<>();
    /** Could not be placed before anything was. */
    private final List<Claim> early = new ArrayList<>();

    private boolean synced;
    private long lastNumber;
    /** Of the latest genuine stretch, if the next must go on from it. */
    private byte @Nullable [] lastFirstHash;

    private double lastToSeconds;

    Coverage(Hashing hashing, Tally tally) {
        this.hashing = hashing;
        this.tally = tally;
    }

    void add(PictureUnit unit, boolean isMessage) {
        units.add(unit);
        if (!isMessage) {
            resolve();
        }
        if (units.size() > MOST_UNITS) {
            giveUp(MOST_UNITS / 2);
        }
    }

    /** Of a file that holds no signature, and of pictures whose signature does not come. */
    private void giveUp(int count) {
        if (synced) {
            broken(count, UNSIGNED);
        } else {
            tally.unchecked(units.get(0).fromSeconds, units.get(count - 1).toSeconds);
            drop(count);
        }
    }

    void add(Statement statement, @Nullable PictureUnit bearer, @Nullable Said flaw, @Nullable SignatureMessage kept) {
        waiting.add(new Claim(statement, bearer, flaw, kept, decided + units.size()));
    }

    private void resolve() {
        for (Claim claim : waiting) {
            resolve(claim);
        }
        waiting.clear();
    }

    /** The stream has ended: what is left has no signature yet, or never had one. */
    void end() {
        resolve();
        if (!synced && !early.isEmpty() && early.stream().anyMatch(this::coversWholeGroup)) {
            broken(units.size(), Said.of(Sentence.SIGNATURES_DO_NOT_MATCH));
        }
        if (units.isEmpty()) {
            return;
        }
        boolean stripped = synced && groupsAmong(units.size()) > PATIENCE_GROUPS;
        if (stripped) {
            broken(units.size(), Said.of(Sentence.UNSIGNED_AT_THE_END));
        } else {
            tally.unchecked(units.get(0).fromSeconds, units.get(units.size() - 1).toSeconds);
            drop(units.size());
        }
    }

    private boolean coversWholeGroup(Claim claim) {
        int limit = limit(claim);
        for (int at = 0; at < limit; at++) {
            if (units.get(at).opens) {
                return claim.statement().early() || groupEnd(at) <= limit;
            }
        }
        return false;
    }

    private int limit(Claim claim) {
        long before = claim.unitsBefore() - decided;
        return (int) Math.max(0, Math.min(units.size(), before));
    }

    private int groupsAmong(int count) {
        int groups = 0;
        for (int at = 0; at < count; at++) {
            groups += units.get(at).opens ? 1 : 0;
        }
        return groups;
    }

    private void resolve(Claim claim) {
        int limit = limit(claim);
        Statement statement = claim.statement();
        if (statement.early() && claim.listed() == 1 && !statement.signsGroup() && claim.flaw() == null) {
            return; // the first of a stream: it names the unit that the next one begins with
        }
        int[] found = find(claim, limit);
        if (found.length == 2) {
            settleBefore(claim, found[0]);
            settle(claim, found[1] - found[0]);
        } else if (synced) {
            mismatch(claim);
        } else if (early.size() < MOST_EARLY_CLAIMS) {
            early.add(claim);
        }
    }

    /** Where the units that a claim is about begin and end; empty if they are not here. */
    private int[] find(Claim claim, int limit) {
        int tried = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int from = 0; from < units.size() && from <= limit && tried < MOST_STARTS; from++) {
                boolean likely = from == 0 || units.get(from).opens;
                if (likely != (pass == 0)) {
                    continue;
                }
                tried++;
                int to = matches(claim, from, limit);
                if (to > from) {
                    return new int[] {from, to};
                }
            }
        }
        return new int[0];
    }

    /** Where what is covered ends, if it begins here; 0 if it does not. */
    private int matches(Claim claim, int from, int limit) {
        Statement statement = claim.statement();
        int end = groupEnd(from);
        if (statement.early()) {
            return matchesEarly(claim, from, end);
        }
        int most = Math.min(end, limit);
        int listed = claim.listed();
        // where hashes are listed, they count: of the last group of a stream, cameras leave the rest as it was before
        int covers = listed > 0 ? listed : statement.partial() ? statement.count() : most - from;
        int to = from + covers;
        if (covers <= 0 || to > most || (!statement.partial() && to < most)) {
            return 0;
        }
        if (listed > 0) {
            return isListed(claim, from, covers) ? to : 0;
        }
        boolean counted = (covers & 0xffff) == statement.count();
        return counted && Arrays.equals(hashing.group(units.subList(from, to)), statement.groupHash()) ? to : 0;
    }

    private boolean isListed(Claim claim, int from, int count) {
        for (int i = 0; i < count; i++) {
            if (!claim.lists(i, units.get(from + i).hash)) {
                return false;
            }
        }
        return true;
    }

    private int matchesEarly(Claim claim, int from, int end) {
        if (!units.get(from).opens) {
            return 0;
        }
        @Nullable PictureUnit closing = end < units.size() ? units.get(end) : null;
        SignatureMessage message = claim.message();
        if (claim.statement().signsGroup() && message != null) {
            byte @Nullable [] hash = hashing.earlyGroup(units.subList(from, end), closing, message.document);
            byte @Nullable [] signature = message.signature;
            return hash != null && signature != null && tally.signedByCamera(hash, signature) ? end : 0;
        }
        int count = end - from;
        boolean whole = claim.listed() == count + 1 && closing != null && claim.lists(count, closing.closingHash);
        return whole && isListed(claim, from, count) ? end : 0;
    }

    private int groupEnd(int from) {
        int to = from + 1;
        while (to < units.size() && !units.get(to).opens) {
            to++;
        }
        return to;
    }

    /** Says what is known of the units before those that a claim was found to be about. */
    private void settleBefore(Claim claim, int count) {
        if (count == 0) {
            early.clear();
            return;
        }
        if (synced) {
            broken(count, UNSIGNED);
            return;
        }
        List<Integer> starts = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            if (units.get(at).opens) {
                starts.add(at);
            }
        }
        int wrongFrom = count;
        Said why = Said.of(Sentence.SIGNATURE_DOES_NOT_MATCH);
        for (Claim unplaced : early) {
            int back = (int) Math.min(
                    1000,
                    Math.max(0, claim.statement().after(unplaced.statement().number())));
            int group = starts.size() - back;
            if (!unplaced.statement().partial() && back > 0 && group >= 0) {
                wrongFrom = Math.min(wrongFrom, starts.get(group));
            }
        }
        if (wrongFrom == count && starts.size() > PATIENCE_GROUPS) {
            wrongFrom = starts.get(0);
            why = UNSIGNED;
        }
        early.clear();
        if (wrongFrom > 0) {
            tally.unchecked(units.get(0).fromSeconds, units.get(wrongFrom - 1).toSeconds);
            drop(wrongFrom);
        }
        if (count > wrongFrom) {
            broken(count - wrongFrom, why);
        }
    }

    /** The first so many units are what a claim says. */
    private void settle(Claim claim, int count) {
        Statement statement = claim.statement();
        PictureUnit first = units.get(0);
        boolean follows = lastFirstHash == null
                || (statement.linkHash() == null
                        ? statement.after(lastNumber) == 1
                        : Arrays.equals(lastFirstHash, statement.linkHash()));
        synced = true;
        lastNumber = statement.number();
        if (claim.flaw() != null) {
            broken(count, claim.flaw());
            return;
        }
        if (!follows) {
            tally.broken(first.fromSeconds, first.fromSeconds, LEFT_OUT);
        }
        Span span = tally.genuine(first.fromSeconds, units.get(count - 1).toSeconds, claim.bearer() != null);
        for (PictureUnit unit : units.subList(0, count)) {
            if (unit.covered != null) {
                span.covered.add(unit.covered);
            }
        }
        if (claim.bearer() == null) {
            span.confirm();
        } else {
            claim.bearer().covered = span;
        }
        byte @Nullable [] firstHash = first.hash;
        drop(count);
        lastFirstHash = firstHash;
    }

    /** What a claim is about is not here as it was. */
    private void mismatch(Claim claim) {
        long ahead = claim.statement().after(lastNumber);
        if (ahead <= 0) {
            return; // sent again
        }
        int limit = limit(claim);
        for (long lost = 1; lost < ahead && limit > 0; lost++) {
            int to = Math.min(limit, groupEnd(0));
            broken(to, UNSIGNED);
            limit -= to;
        }
        lastNumber = claim.statement().number();
        if (limit <= 0) {
            tally.broken(lastToSeconds, lastToSeconds, LEFT_OUT);
            return;
        }
        if (claim.statement().early() && groupEnd(0) == units.size()) {
            return; // what it closes with has not come
        }
        int end = claim.statement().early() ? groupEnd(0) : Math.min(limit, groupEnd(0));
        int to = claim.statement().partial()
                ? Math.min(end, Math.max(1, claim.statement().count()))
                : end;
        broken(to, claim.flaw() != null ? claim.flaw() : Difference.between(claim, units, to));
    }

    private void broken(int count, Said said) {
        tally.broken(units.get(0).fromSeconds, units.get(count - 1).toSeconds, said);
        drop(count);
    }

    private void drop(int count) {
        lastToSeconds = units.get(count - 1).toSeconds;
        units.subList(0, count).clear();
        decided += count;
        lastFirstHash = null;
    }
}
