package org.liuhen.storage.catalog;

/**
 * How much a {@link RocksCatalog} may use.
 *
 * @param blockCacheBytes for blocks, indexes and filters that were read
 * @param writeBufferBytes for rows that are not in a table yet, all families together
 * @param maxOpenFiles tables kept open
 * @param queueCapacity changes that may wait for the committer; more make their callers wait
 * @param scannedPerPage after so many index rows looked at, a page ends even if it is short
 * @param reserveBytes with less room than that on the disk nothing is committed, so that the log never tears
 */
public record CatalogSettings(
        long blockCacheBytes,
        long writeBufferBytes,
        int maxOpenFiles,
        int queueCapacity,
        int scannedPerPage,
        long reserveBytes) {
    private static final long MIB = 1 << 20;

    public static final CatalogSettings DEFAULT = new CatalogSettings(64 * MIB, 64 * MIB, 1024, 4096, 5000, 64 * MIB);

    public CatalogSettings {
        if (blockCacheBytes < MIB
                || writeBufferBytes < MIB
                || maxOpenFiles < 16
                || queueCapacity < 1
                || scannedPerPage < 1
                || reserveBytes < 0) {
            throw new IllegalArgumentException("catalog settings: too small");
        }
    }

    public CatalogSettings withBlockCacheBytes(long blockCacheBytes) {
        return new CatalogSettings(
                blockCacheBytes, writeBufferBytes, maxOpenFiles, queueCapacity, scannedPerPage, reserveBytes);
    }

    public CatalogSettings withScannedPerPage(int scannedPerPage) {
        return new CatalogSettings(
                blockCacheBytes, writeBufferBytes, maxOpenFiles, queueCapacity, scannedPerPage, reserveBytes);
    }

    public CatalogSettings withReserveBytes(long reserveBytes) {
        return new CatalogSettings(
                blockCacheBytes, writeBufferBytes, maxOpenFiles, queueCapacity, scannedPerPage, reserveBytes);
    }
}
