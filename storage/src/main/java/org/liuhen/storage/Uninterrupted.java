package org.liuhen.storage;

/**
 * Waiting that an interrupt does not cut short: what a thread has under way is finished before anything is closed
 * beneath it. An interrupt is told again afterwards.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Returns when {@code thread} has ended; at once if it was never started. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
