/**
 * The Merkle log over the custody events: hashing, proofs, signed checkpoints, and the check of all of it.
 *
 * <p>Start reading at {@link org.liuhen.storage.ledger.StoredLedger}, which answers {@link org.liuhen.storage.Ledger}
 * from whatever {@link org.liuhen.storage.ledger.LedgerRows} a catalog keeps. {@link
 * org.liuhen.storage.ledger.CompactRange} is the writer's side, {@link org.liuhen.storage.ledger.ProofCheck} and {@link
 * org.liuhen.storage.ledger.VerifierKey} are the stranger's. Everything here is safe for many threads, except {@link
 * org.liuhen.storage.ledger.CompactRange}, which belongs to one.
 *
 * <p>Files: {@code ledger-key} in the keys folder, see {@link org.liuhen.storage.ledger.SigningKey}. Formats: RFC 6962
 * section 2.1 (hashes and proofs), c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-tiles.
 */
@NullMarked
package org.liuhen.storage.ledger;

import org.jspecify.annotations.NullMarked;
