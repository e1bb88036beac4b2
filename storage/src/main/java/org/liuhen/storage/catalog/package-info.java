/**
 * The catalog: the index of recordings, the custody events, and the one door for changes.
 *
 * <p>Start reading at {@link org.liuhen.storage.catalog.RocksCatalog}, which keeps everything in one RocksDB database
 * (no other package sees {@code org.rocksdb}), and {@link org.liuhen.storage.catalog.MemoryCatalog}, its peer that
 * forgets. Each has one committer thread through which all changes pass; everything else is safe for many threads.
 *
 * <p>Files: the database in the catalog's folder; {@code cursor-key} and {@code ledger-key} in the keys folder. Keys
 * and rows are described at {@link org.liuhen.storage.catalog.Keys} and {@link org.liuhen.storage.catalog.Rows}.
 */
@NullMarked
package org.liuhen.storage.catalog;

import org.jspecify.annotations.NullMarked;
