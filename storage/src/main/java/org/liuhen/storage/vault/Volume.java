package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk under a vault: whether it still takes writes and how much room it has. Once a write or a force has failed,
 * nothing is written until the vault is opened again, because a second force that succeeds proves nothing. Safe for many
 * threads.
 */
final class Volume {
    /** Where the usable bytes of the disk are asked for. */
    interface Room {
        long usableBytes() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Volume.class);
    /** How much is written, and how long, before the disk is asked for its room again. */
    private static final long ROOM_CHECK_BYTES = 64L << 20;

    private static final long ROOM_CHECK_NANOS = 1_000_000_000L;
    private static final String NO_SPACE_TEXT = textOfNoSpace();

    private final Path root;
    private final long reserveBytes;
    private final Room room;
    private final InstantSource clock;
    private final AtomicReference<@Nullable String> outOfService = new AtomicReference<>();
    /** May be let in before the disk is asked again; this and what follows is guarded by this. */
    private long allowanceBytes;

    /** Let in and perhaps not on the disk yet: asking the disk does not count them. */
    private long pendingBytes;

    private long roomCheckedNanos = System.nanoTime();

    Volume(Path root, long reserveBytes, Room room, InstantSource clock) {
        this.root = root;
        this.reserveBytes = reserveBytes;
        this.room = room;
        this.clock = clock;
    }

    Optional<String> outOfService() {
        return Optional.ofNullable(outOfService.get());
    }

    void requireInService() throws StorageFailure {
        String why = outOfService.get();
        if (why != null) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, why);
        }
    }

    /** Usable bytes less the reserve, not below 0. */
    long roomBytes() throws StorageFailure {
        try {
            return Math.max(0, room.usableBytes() - reserveBytes);
        } catch (IOException e) {
            throw refused("cannot tell the room on the disk of the vault: " + root, e);
        }
    }

    /**
     * Lets {@code bytes} be written, if the disk is in service and has room for them beside what all others have been let
     * in with. Rarely asks the disk. End with {@link #written}.
     */
    synchronized void admit(long bytes) throws StorageFailure {
        requireInService();
        allowanceBytes -= bytes;
        if (allowanceBytes < 0 || System.nanoTime() - roomCheckedNanos >= ROOM_CHECK_NANOS) {
            ask(bytes);
        }
        pendingBytes += bytes;
    }

    /** The bytes that were admitted are on the disk, or will not come. */
    synchronized void written(long bytes) {
        pendingBytes -= bytes;
    }

    private void ask(long bytes) throws StorageFailure {
        long roomBytes = Math.max(0, roomBytes() - pendingBytes);
        if (roomBytes == 0 || roomBytes < bytes) {
            allowanceBytes = 0;
            throw new StorageFailure(
                    StorageFailure.Kind.NO_SPACE,
                    "room in the vault: " + roomBytes + " bytes beside a reserve of " + reserveBytes
                            + " (expected: more than " + bytes + "), vault=" + root);
        }
        allowanceBytes = Math.min(ROOM_CHECK_BYTES, roomBytes) - bytes;
        roomCheckedNanos = System.nanoTime();
    }

    /**
     * The failure of a call that writes or forces. Takes the disk out of service, unless it is merely full.
     *
     * @throws IllegalStateException if the disk is innocent: the thread was interrupted, or the file closed under it
     */
    StorageFailure failed(String what, IOException cause) {
        if (isFull(cause)) {
            return full(what, cause);
        }
        return failedForGood(what, cause);
    }

    /**
     * The failure of a call after which nobody knows what is durable. Takes the disk out of service, even if it is full.
     *
     * @throws IllegalStateException if the disk is innocent: the thread was interrupted, or the file closed under it
     */
    StorageFailure failedForGood(String what, IOException cause) {
        if (cause instanceof ClosedChannelException) {
            throw new IllegalStateException(
                    what + ": closed under its thread (expected: no thread inside a vault is interrupted)", cause);
        }
        String why = "vault out of service since " + clock.instant() + ": " + what + ": " + describe(cause);
        if (outOfService.compareAndSet(null, why)) {
            LOG.error(
                    "{} (expected: a disk that takes writes; nothing is written until the server is restarted)",
                    why,
                    cause);
        }
        return new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, what + ": " + describe(cause), cause);
    }

    /** The failure of a call that lost nothing, such as one that opens: the disk stays in service. */
    StorageFailure refused(String what, IOException cause) {
        return isFull(cause)
                ? full(what, cause)
                : new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, what + ": " + describe(cause), cause);
    }

    private static StorageFailure full(String what, IOException cause) {
        return new StorageFailure(
                StorageFailure.Kind.NO_SPACE, what + ": " + describe(cause) + " (expected: room on the disk)", cause);
    }

    private static String describe(IOException cause) {
        return String.valueOf(cause.getMessage());
    }

    static boolean isFull(IOException failure) {
        String reason = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        return reason != null
                && (reason.contains("No space left on device")
                        || reason.contains("Disk quota exceeded")
                        || reason.contains("File too large")
                        || reason.contains(NO_SPACE_TEXT));
    }

    /** How this machine says that a disk is full, in its own language: the JDK tells an error by its text alone. */
    private static String textOfNoSpace() {
        String english = "No space left on device";
        try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            return write(full, english);
        } catch (IOException ignored) {
            // No such device here: the English text is the best guess.
            return english;
        }
    }

    private static String write(FileChannel full, String english) {
        try {
            full.write(ByteBuffer.allocate(1));
            return english;
        } catch (IOException expected) {
            String message = expected.getMessage();
            return message == null || message.isBlank() ? english : message;
        }
    }
}
