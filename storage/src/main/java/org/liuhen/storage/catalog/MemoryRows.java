package org.liuhen.storage.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Job;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.ledger.CompactRange;
import org.liuhen.storage.ledger.LedgerRows;
import org.liuhen.storage.ledger.TreeHash;

/**
 * Everything a {@link MemoryCatalog} holds. Written by the committer thread, read by all; each call sees a whole
 * number of batches.
 */
final class MemoryRows implements Register, LedgerRows, Repeats.Log, CommitQueue.Applier {
    private static final int SALT_BYTES = 16;
    private static final Comparator<byte[]> BYTES = Arrays::compareUnsigned;

    private record Node(int level, long index) {}

    /** A part of a list of ids. */
    record Slice(List<Recording> items, byte @Nullable [] last) {}

    private final SecureRandom random;

    // Everything below is guarded by this.
    private final Map<RecordingId, Recording> recordings = new HashMap<>();
    private final NavigableMap<byte[], RecordingId> byTime = new TreeMap<>(BYTES);
    private final NavigableMap<byte[], RecordingId> byDue = new TreeMap<>(BYTES);
    private final Map<RecordingId, List<Long>> custody = new HashMap<>();
    private final List<CustodyEvent> events = new ArrayList<>();
    private final List<Ledger.Leaf> leaves = new ArrayList<>();
    private final Map<Node, byte[]> nodes = new HashMap<>();
    private final CompactRange edge = CompactRange.empty();
    private Ledger.Head head = new Ledger.Head(0, TreeHash.emptyRoot());
    private final Map<UploadId, Upload> uploads = new HashMap<>();
    private final NavigableMap<byte[], Job> jobs = new TreeMap<>(BYTES);
    private final NavigableMap<byte[], Object> register = new TreeMap<>(BYTES);

    MemoryRows(SecureRandom random) {
        this.random = random;
    }

    @Override
    public synchronized List<Verdict> apply(List<Change> batch) {
        List<Verdict> verdicts = new ArrayList<>(batch.size());
        for (Change change : batch) {
            try {
                verdicts.add(apply(change));
            } catch (StorageFailure | RuntimeException e) {
                verdicts.add(Verdict.failed(e));
            }
        }
        head = new Ledger.Head(edge.size(), edge.root());
        return verdicts;
    }

    private Verdict apply(Change change) throws StorageFailure {
        String conflict = conflict(change);
        if (conflict != null) {
            return Repeats.find(change, this).map(Verdict::repeated).orElseGet(() -> Verdict.conflict(conflict));
        }
        List<Ledger.Leaf> fresh = new ArrayList<>();
        List<CustodyEvent> numbered = new ArrayList<>();
        for (CustodyEvent event : change.events()) {
            CustodyEvent next = event.numbered(events.size() + (long) numbered.size());
            byte[] salt = new byte[SALT_BYTES];
            random.nextBytes(salt);
            numbered.add(next);
            fresh.add(new Ledger.Leaf(next.sequence(), salt, json(next)));
        }
        for (int i = 0; i < numbered.size(); i++) {
            append(numbered.get(i), fresh.get(i));
        }
        Recording recording = change.recording();
        if (recording != null) {
            put(recording);
        }
        change.entries()
                .forEach(entry -> register.put(Keys.register(entry.kind().label(), entry.name()), entry.value()));
        change.uploads().forEach(upload -> uploads.put(upload.id(), upload));
        change.forgottenUploads().forEach(uploads::remove);
        change.finishedJobs().forEach(job -> jobs.remove(Keys.job(job)));
        change.jobs().forEach(job -> jobs.put(Keys.job(job), job));
        return Verdict.applied(numbered);
    }

    private @Nullable String conflict(Change change) {
        Recording next = change.recording();
        if (next != null) {
            Recording former = recordings.get(next.id());
            long version = former == null ? 0 : former.version();
            if (version != next.version() - 1) {
                return "version: " + version + " (expected: " + (next.version() - 1) + "), recording=" + next.id();
            }
        }
        for (Change.Entry<?> entry : change.entries()) {
            if (entry.onlyIfAbsent()
                    && register.containsKey(Keys.register(entry.kind().label(), entry.name()))) {
                return entry.kind().label() + ": " + entry.name() + " is taken (expected: a new name)";
            }
        }
        return null;
    }

    private void append(CustodyEvent event, Ledger.Leaf leaf) {
        events.add(event);
        leaves.add(leaf);
        RecordingId about = event.recording();
        if (about != null) {
            custody.computeIfAbsent(about, any -> new ArrayList<>()).add(event.sequence());
        }
        edge.append(
                TreeHash.leaf(TreeHash.entry(leaf.salt(), leaf.event())),
                (level, index, hash) -> nodes.put(new Node(level, index), hash));
    }

    private void put(Recording next) {
        Recording former = recordings.put(next.id(), next);
        if (former != null) {
            byTime.remove(Keys.place(former.from(), former.id()));
            LocalDate day = DueRule.day(former);
            if (day != null) {
                byDue.remove(Keys.due(day, former.id(), former.version()));
            }
        }
        byTime.put(Keys.place(next.from(), next.id()), next.id());
        LocalDate day = DueRule.day(next);
        if (day != null) {
            byDue.put(Keys.due(day, next.id(), next.version()), next.id());
        }
    }

    private static byte[] json(Object value) {
        try {
            return StoredJson.MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written: " + value, e);
        }
    }

    synchronized Optional<Recording> recording(RecordingId id) {
        return Optional.ofNullable(recordings.get(id));
    }

    /** Recordings by start, those behind {@code after} only; {@code last} is null at the end. */
    synchronized Slice byTime(byte @Nullable [] after, int limit, int scanned, Predicate<Recording> wanted) {
        return slice(byTime, after, limit, scanned, wanted);
    }

    /** Recordings by the day they are due. */
    synchronized Slice byDue(byte @Nullable [] after, int limit, int scanned, Predicate<Recording> wanted) {
        return slice(byDue, after, limit, scanned, wanted);
    }

    private Slice slice(
            NavigableMap<byte[], RecordingId> index,
            byte @Nullable [] after,
            int limit,
            int maxScanned,
            Predicate<Recording> wanted) {
        List<Recording> items = new ArrayList<>();
        int scanned = 0;
        byte[] last = null;
        for (Map.Entry<byte[], RecordingId> hint : (after == null ? index : index.tailMap(after, false)).entrySet()) {
            if (last != null && (items.size() == limit || scanned == maxScanned)) {
                return new Slice(items, last);
            }
            Recording recording = recordings.get(hint.getValue());
            if (recording != null && wanted.test(recording)) {
                items.add(recording);
            }
            scanned++;
            last = hint.getKey();
        }
        return new Slice(items, null);
    }

    synchronized List<CustodyEvent> custody(RecordingId id) {
        return custody.getOrDefault(id, List.of()).stream()
                .map(sequence -> events.get(Math.toIntExact(sequence)))
                .toList();
    }

    @Override
    public synchronized List<CustodyEvent> events(long sequence, int limit) {
        return List.copyOf(window(events, sequence, limit));
    }

    private static <T> List<T> window(List<T> all, long from, int count) {
        int start = (int) Math.max(0, Math.min(from, all.size()));
        return all.subList(start, (int) Math.min(start + (long) Math.max(0, count), all.size()));
    }

    synchronized Optional<Upload> upload(UploadId id) {
        return Optional.ofNullable(uploads.get(id));
    }

    synchronized List<Upload> uploads() {
        return List.copyOf(uploads.values());
    }

    synchronized List<Job> jobs(String kind, Instant now, int limit) {
        return jobs.tailMap(Keys.prefix(kind), true).values().stream()
                .takeWhile(job -> job.kind().equals(kind) && !job.due().isAfter(now))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized <T> Optional<T> entry(Kind<T> kind, String name) {
        return Optional.ofNullable(register.get(Keys.register(kind.label(), name)))
                .map(kind.type()::cast);
    }

    @Override
    public synchronized <T> List<T> entries(Kind<T> kind, @Nullable String after, int limit) {
        byte[] prefix = Keys.prefix(kind.label());
        byte[] start = after == null ? prefix : Keys.register(kind.label(), after);
        List<T> found = new ArrayList<>();
        for (Map.Entry<byte[], Object> entry :
                register.tailMap(start, after == null).entrySet()) {
            byte[] key = entry.getKey();
            boolean same =
                    key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
            if (!same || found.size() >= limit) {
                break;
            }
            found.add(kind.type().cast(entry.getValue()));
        }
        return found;
    }

    synchronized Map<String, Long> sizes() {
        return Map.of(
                "recordings", (long) recordings.size(),
                "events", (long) events.size(),
                "uploads", (long) uploads.size(),
                "jobs", (long) jobs.size());
    }

    @Override
    public synchronized Ledger.Head head() {
        return head;
    }

    @Override
    public synchronized List<Ledger.Leaf> leaves(long from, int count) {
        return List.copyOf(window(leaves, from, count));
    }

    @Override
    public synchronized List<byte[]> nodes(int level, long from, int count) {
        List<byte[]> found = new ArrayList<>();
        for (long index = from; found.size() < count; index++) {
            byte[] hash = nodes.get(new Node(level, index));
            if (hash == null) {
                break;
            }
            found.add(hash);
        }
        return found;
    }

    @Override
    public synchronized long eventCount() {
        return events.size();
    }

    @Override
    public synchronized List<Long> lastEvents(RecordingId id, int limit) {
        List<Long> all = new ArrayList<>(custody.getOrDefault(id, List.of()));
        java.util.Collections.reverse(all);
        return all.subList(0, Math.min(limit, all.size()));
    }
}
