package org.liuhen.storage.vault;

/** How fast somebody reads who is in no hurry; asked after each piece, on the reader's thread. */
@FunctionalInterface
public interface Pace {
    /** As fast as it goes. */
    Pace FULL = bytes -> {};

    /**
     * Waits until more may be read.
     *
     * @param bytes how many were just read
     * @throws java.util.concurrent.CancellationException if nothing more is wanted
     */
    void read(int bytes);
}
