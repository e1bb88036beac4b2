package org.liuhen.storage;

/** How fresh a read must be. */
public enum ReadLevel {
    /** Sees every commit that was applied before: for decisions such as hold, disposal and export. */
    CURRENT,
    /** Sees every commit that this node acknowledged: for lists. */
    ACKNOWLEDGED
}
