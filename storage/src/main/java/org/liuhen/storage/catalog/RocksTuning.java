package org.liuhen.storage.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/**
 * How the database is laid out: for 100 million recordings on one machine within a bounded memory. Indexes and filters
 * live in the block cache, partitioned, so that what is kept in memory does not grow with what is stored.
 *
 * <p>After a crash the write-ahead log is replayed up to the first record that is not whole ({@code
 * PointInTimeRecovery}). Everything before it was synced before anybody was told; the torn tail was acknowledged to
 * nobody. A stricter mode would refuse to open after every loss of power; a laxer one would skip a hole and go on behind
 * it. Where a hole hides behind tables that are newer, RocksDB refuses to open.
 */
final class RocksTuning implements AutoCloseable {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final double BLOOM_BITS_PER_KEY = 10;

    private final List<AbstractNativeReference> owned = new ArrayList<>();
    private final LRUCache cache;
    private final BloomFilter bloom;
    private final DBOptions database;

    RocksTuning(CatalogSettings settings) {
        cache = own(new LRUCache(settings.blockCacheBytes()));
        bloom = own(new BloomFilter(BLOOM_BITS_PER_KEY));
        database = own(new DBOptions())
                .setCreateIfMissing(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(settings.writeBufferBytes())
                .setDbWriteBufferSize(settings.writeBufferBytes())
                .setMaxOpenFiles(settings.maxOpenFiles())
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(MIB)
                .setAvoidUnnecessaryBlockingIO(true)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(2 * MIB)
                .setKeepLogFileNum(3)
                .setMaxManifestFileSize(64 * MIB);
    }

    DBOptions database() {
        return database;
    }

    /** The options of the family of this label; those of a small one, if it is none of ours. */
    ColumnFamilyOptions options(byte[] label) {
        Family.Use use = Family.Use.RANGE;
        for (Family family : Family.values()) {
            if (Arrays.equals(family.label(), label)) {
                use = family.use();
            }
        }
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinTopLevelIndexAndFilter(true)
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setBlockSize(blockKib(use) * KIB);
        ColumnFamilyOptions options = own(new ColumnFamilyOptions())
                .setForceConsistencyChecks(true)
                .setLevelCompactionDynamicLevelBytes(true)
                .setTargetFileSizeBase(64 * MIB)
                .setWriteBufferSize((use == Family.Use.RANGE ? 8 : 16) * MIB)
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
        switch (use) {
            case POINT -> {
                table.setFilterPolicy(bloom).setPartitionFilters(true);
                // Nearly every id that is asked for exists: a filter on the last level would cost memory for nothing.
                options.setOptimizeFiltersForHits(true).setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
            }
            case BULK -> options.setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
            case HASHES -> options.setCompressionType(CompressionType.NO_COMPRESSION);
            case RANGE -> {}
        }
        return options.setTableFormatConfig(table);
    }

    /** Recordings are read one here, one there, because their ids are hashes: what is unpacked for one is kept small. */
    private static long blockKib(Family.Use use) {
        return switch (use) {
            case POINT -> 4;
            case RANGE, HASHES -> 8;
            case BULK -> 16;
        };
    }

    private <T extends AbstractNativeReference> T own(T reference) {
        owned.add(reference);
        return reference;
    }

    @Override
    public void close() {
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
        owned.clear();
    }
}
