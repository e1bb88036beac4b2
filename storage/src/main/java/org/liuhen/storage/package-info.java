/**
 * The vocabulary of custody and the seams behind which bytes, index and proofs live.
 *
 * <p>Truth is originals plus custody events; everything else is derived and can be rebuilt. Start reading at {@link
 * org.liuhen.storage.Recording}, then {@link org.liuhen.storage.Vault} (bytes), {@link org.liuhen.storage.Catalog}
 * (index and events) and {@link org.liuhen.storage.Ledger} (proofs). All values here are immutable and safe to share
 * between threads.
 */
@NullMarked
package org.liuhen.storage;

import org.jspecify.annotations.NullMarked;
