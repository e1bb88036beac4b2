package org.liuhen.ingest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;

/** The force of a long body that runs beside its writing, one at a time. One thread, but for the work itself. */
final class Checkpoint {
    private @Nullable CompletableFuture<Void> running;
    private long atBytes;

    /** What is forced, and remembered. */
    interface Work {
        void run() throws StorageFailure;
    }

    /** Says up to where nothing needs to be forced any more. */
    void reached(long bytes) {
        atBytes = bytes;
    }

    /** Begins one if it is time and none is running. */
    void beginIfDue(long sizeBytes, long everyBytes, Executor executor, Work work) {
        if (sizeBytes - atBytes < everyBytes || (running != null && !running.isDone())) {
            return;
        }
        atBytes = sizeBytes;
        running = CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (StorageFailure failure) {
                        throw new CompletionException(failure);
                    }
                },
                executor);
    }

    /** Throws what the last one failed with, if it has failed. Does not wait. */
    void requireSound() throws StorageFailure {
        if (running != null && running.isCompletedExceptionally()) {
            await();
        }
    }

    void await() throws StorageFailure {
        CompletableFuture<Void> last = running;
        running = null;
        if (last != null) {
            try {
                last.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof StorageFailure failure) {
                    throw new StorageFailure(failure.kind(), String.valueOf(failure.getMessage()), failure);
                }
                throw e;
            }
        }
    }

    void awaitWhateverItSays() {
        CompletableFuture<Void> last = running;
        running = null;
        if (last != null) {
            last.exceptionally(ignoredAsTheBytesAreLetGo -> null).join();
        }
    }
}
