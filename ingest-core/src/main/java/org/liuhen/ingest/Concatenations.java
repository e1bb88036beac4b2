package org.liuhen.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uploads that are made of parts which came on their own. Such an upload has a row like any other, which lists its
 * parts; when all of them are complete, their bytes are copied behind one another into it, and it is sealed as any
 * other. After each part one commit says both how far the upload is durable and that the part is in it; then the
 * part's bytes go. So there is never a second copy of more than one part, and after a crash the row says where to go
 * on. Safe for many threads.
 */
final class Concatenations {
    /** Under this key an upload lists its parts: ids, and once all are complete their lengths, in order. */
    static final String PARTS_NOTE = "parts";
    /** Under this key a part names the upload that holds its bytes now. */
    static final String MERGED_NOTE = "merged-into";

    private static final Logger LOG = LoggerFactory.getLogger(Concatenations.class);
    private static final int COPY_BYTES = 1 << 20;

    private final Uploads uploads;
    private final SessionParts parts;
    private final ExecutorService background;
    /** The upload that each part belongs to. */
    private final Map<UploadId, UploadId> wholes = new ConcurrentHashMap<>();
    /** Held while an upload is put together. */
    private final ReentrantLock[] atWork =
            Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

    Concatenations(Uploads uploads, SessionParts parts, ExecutorService background) {
        this.uploads = uploads;
        this.parts = parts;
        this.background = background;
    }

    /** A part as its upload lists it; the length is negative while not known. */
    private record Listed(UploadId id, long lengthBytes) {
        @Override
        public String toString() {
            return lengthBytes < 0 ? id.hex() : id.hex() + ":" + lengthBytes;
        }
    }

    static boolean isWhole(Upload upload) {
        return upload.notes().containsKey(PARTS_NOTE);
    }

    private static List<Listed> listed(Upload whole) {
        return Arrays.stream(whole.notes().getOrDefault(PARTS_NOTE, "").split(",", -1))
                .map(text -> text.split(":", 2))
                .map(text -> new Listed(new UploadId(text[0]), text.length < 2 ? -1 : Long.parseLong(text[1])))
                .toList();
    }

    private static String listed(List<Listed> parts) {
        return parts.stream().map(Listed::toString).collect(Collectors.joining(","));
    }

    /** Learns which parts belong where, and goes on with what a stop or a crash interrupted. */
    void resume() throws StorageFailure {
        for (Upload upload : parts.catalog().uploads()) {
            if (isWhole(upload)) {
                listed(upload).forEach(part -> wholes.put(part.id(), upload.id()));
                if (upload.recording() == null) {
                    wake(upload.id());
                }
            }
        }
    }

    /** Forgets the parts of what is forgotten. */
    void sweep() throws StorageFailure {
        for (Map.Entry<UploadId, UploadId> entry : Map.copyOf(wholes).entrySet()) {
            if (parts.catalog().upload(entry.getValue()).isEmpty()) {
                wholes.remove(entry.getKey(), entry.getValue());
            }
        }
    }

    /** All of a part is durable. */
    void complete(UploadId part) {
        UploadId whole = wholes.get(part);
        if (whole != null) {
            wake(whole);
        }
    }

    /** Goes on with an upload as soon as there is time. */
    void wake(UploadId whole) {
        try {
            background.execute(() -> {
                try {
                    assemble(whole);
                } catch (StorageFailure | RuntimeException e) {
                    LOG.warn("upload: {} could not be put together, it is tried again when asked for", whole, e);
                }
            });
        } catch (RejectedExecutionException ignored) {
            LOG.debug("upload: {} is put together after the next start", whole, ignored);
        }
    }

    /** What is begun by {@link #begin}. */
    interface Beginning {
        Begun begin(Map<String, String> notes) throws StorageFailure;
    }

    /**
     * Makes the upload of these parts, or finds the one that was made of the very same before. Durable on return.
     *
     * @param mine whether whoever asks may write to this part
     */
    Concatenated begin(List<UploadId> ids, Predicate<Upload> mine, Beginning beginning) throws StorageFailure {
        UploadId whole;
        synchronized (wholes) {
            Optional<Upload> before = same(ids);
            if (before.isPresent()) {
                return mine.test(before.get())
                        ? assembled(before.get().id())
                        : new Concatenated.NotAPart(ids.get(0), "belongs to another device");
            }
            long total = 0;
            for (UploadId id : ids) {
                Optional<Upload> part = parts.catalog().upload(id);
                String why = part.isEmpty() ? "is unknown, expired or given up" : refusal(part.get(), mine);
                if (why != null) {
                    return new Concatenated.NotAPart(id, why);
                }
                Long length = part.get().lengthBytes();
                total += length == null ? 0 : length;
            }
            if (total > parts.settings().largestBytes()) {
                return new Concatenated.TooLong(parts.settings().largestBytes());
            }
            Begun begun = beginning.begin(Map.of(
                    PARTS_NOTE,
                    listed(ids.stream().map(id -> new Listed(id, -1)).toList())));
            if (!(begun instanceof Begun.Ready ready)) {
                return new Concatenated.NotBegun(begun);
            }
            UploadWriter writer = ready.writer();
            whole = writer.upload().id();
            // Claimed before it is durable, so that whoever asks again after a failure never gets a second one.
            ids.forEach(id -> wholes.put(id, whole));
            try {
                writer.park();
            } catch (StorageFailure failure) {
                writer.broken();
                throw failure;
            }
        }
        return assembled(whole);
    }

    private Optional<Upload> same(List<UploadId> ids) throws StorageFailure {
        UploadId whole = wholes.get(ids.get(0));
        return whole == null
                ? Optional.empty()
                : parts.catalog()
                        .upload(whole)
                        .filter(upload ->
                                listed(upload).stream().map(Listed::id).toList().equals(ids));
    }

    private @Nullable String refusal(Upload part, Predicate<Upload> mine) throws StorageFailure {
        if (!mine.test(part)) {
            return "belongs to another device";
        }
        if (!part.protocol().equals(Uploads.PART)) {
            return "is no partial upload";
        }
        UploadId whole = wholes.get(part.id());
        boolean taken = whole != null && parts.catalog().upload(whole).isPresent();
        return taken || part.notes().containsKey(MERGED_NOTE) ? "is in another upload already" : null;
    }

    private Concatenated assembled(UploadId whole) throws StorageFailure {
        Written.FingerprintMismatch mismatch = assemble(whole);
        return mismatch != null
                ? new Concatenated.FingerprintMismatch(mismatch)
                : new Concatenated.Accepted(parts.catalog()
                        .upload(whole)
                        .orElseThrow(() -> new StorageFailure(
                                StorageFailure.Kind.MISSING, "upload: given up meanwhile, upload=" + whole)));
    }

    /** Puts an upload together as far as its parts are there, in one thread at a time. */
    private Written.@Nullable FingerprintMismatch assemble(UploadId whole) throws StorageFailure {
        ReentrantLock lock = atWork[Math.floorMod(whole.hashCode(), atWork.length)];
        lock.lock();
        try {
            Upload row = parts.catalog().upload(whole).orElse(null);
            if (row == null || row.recording() != null) {
                return null;
            }
            List<Listed> list = listed(row);
            if (row.lengthBytes() == null) {
                List<Listed> measured = measured(list);
                boolean complete = measured.stream().allMatch(part -> part.lengthBytes() >= 0);
                uploads.change(whole, upload -> complete ? measured(upload, measured) : upload);
                if (!complete) {
                    return null;
                }
                list = measured;
            }
            return copied(whole, list);
        } finally {
            lock.unlock();
        }
    }

    private static Upload measured(Upload whole, List<Listed> list) {
        long total = list.stream().mapToLong(Listed::lengthBytes).sum();
        return whole.withNote(PARTS_NOTE, listed(list), whole.expires()).withLength(total);
    }

    /** The same with the lengths of those that are complete. */
    private List<Listed> measured(List<Listed> list) throws StorageFailure {
        List<Listed> measured = new ArrayList<>();
        for (Listed part : list) {
            Optional<Upload> complete = parts.catalog().upload(part.id()).filter(UploadRow::hasAllBytes);
            measured.add(new Listed(part.id(), complete.map(Upload::offsetBytes).orElse(-1L)));
        }
        return measured;
    }

    private Written.@Nullable FingerprintMismatch copied(UploadId whole, List<Listed> list) throws StorageFailure {
        UploadWriter writer = uploads.take(whole).orElse(null);
        if (writer == null) {
            return null;
        }
        boolean ended = false;
        try {
            long there = writer.upload().offsetBytes();
            long start = 0;
            for (int i = 0; i < list.size(); i++) {
                Listed part = list.get(i);
                boolean last = list.subList(i + 1, list.size()).stream()
                        .noneMatch(later -> later.id().equals(part.id()));
                if (!copy(writer, part, there - start) || (last && !absorb(writer, part.id()))) {
                    return null;
                }
                start += part.lengthBytes();
            }
            ended = true;
            return writer.finish() instanceof Written.FingerprintMismatch mismatch ? refused(list, mismatch) : null;
        } finally {
            if (!ended) {
                writer.broken();
            }
        }
    }

    /**
     * @param thereBytes how much of the part is there already, or less than nothing
     * @return false if somebody else has the upload now
     */
    private boolean copy(UploadWriter writer, Listed part, long thereBytes) throws StorageFailure {
        long from = Math.max(0, thereBytes);
        if (from >= part.lengthBytes()) {
            return true;
        }
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        try (SeekableByteChannel bytes = parts.vault().openUnfinished(part.id())) {
            bytes.position(from);
            for (long left = part.lengthBytes() - from; left > 0; left -= buffer.limit()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, left));
                if (bytes.read(buffer) < 0) {
                    throw new IOException("ends at " + bytes.size() + " bytes");
                }
                if (writer.write(buffer.flip()) != UploadWriter.Taken.TAKEN) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "part: cannot be read: " + e.getMessage() + " (expected: " + part.lengthBytes() + " bytes), upload="
                            + part.id(),
                    e);
        }
    }

    /** Lets a part's bytes go, which are all in the upload now. */
    private boolean absorb(UploadWriter writer, UploadId part) throws StorageFailure {
        Boolean absorbed = uploads.exclusively(part, session -> {
            session.retire();
            boolean merged = session.row().notes().containsKey(MERGED_NOTE);
            if (!merged && !writer.absorbed(session.row())) {
                return false;
            }
            parts.vault().discard(part);
            return true;
        });
        return absorbed == null || absorbed;
    }

    /** The parts of what is refused go with it. */
    private Written.FingerprintMismatch refused(List<Listed> list, Written.FingerprintMismatch mismatch)
            throws StorageFailure {
        for (Listed part : list) {
            uploads.exclusively(part.id(), session -> {
                session.forget();
                return true;
            });
            wholes.remove(part.id());
        }
        return mismatch;
    }

    /** Forgets the parts that an upload which was given up has swallowed already. */
    void givenUp(Upload whole) throws StorageFailure {
        for (Listed part : listed(whole)) {
            Optional<Upload> row = parts.catalog().upload(part.id());
            if (row.isPresent() && row.get().notes().containsKey(MERGED_NOTE)) {
                uploads.exclusively(part.id(), session -> {
                    session.forget();
                    return true;
                });
            }
            wholes.remove(part.id(), whole.id());
        }
    }

    /** Waits for what is under way, which the sessions have been told to end. */
    void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn("uploads: parts are still being put together after 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
