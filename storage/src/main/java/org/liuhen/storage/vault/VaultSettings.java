package org.liuhen.storage.vault;

/**
 * What can be chosen about a {@link FileVault}.
 *
 * @param reserveBytes room that uploads leave free on the disk, for finishing what has begun and for the catalog
 * @param writebackBytes how much of one upload may wait in the operating system's memory before it is forced; keeps the
 *     force at the end short and the memory for others
 */
public record VaultSettings(long reserveBytes, long writebackBytes) {
    /** One GiB kept free, forced every 64 MiB. */
    public static final VaultSettings STANDARD = new VaultSettings(1L << 30, 64L << 20);

    public VaultSettings {
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserve: " + reserveBytes + " bytes (expected: 0 or more)");
        }
        if (writebackBytes <= 0) {
            throw new IllegalArgumentException("writeback: " + writebackBytes + " bytes (expected: more than 0)");
        }
    }

    public VaultSettings withReserveBytes(long reserveBytes) {
        return new VaultSettings(reserveBytes, writebackBytes);
    }
}
