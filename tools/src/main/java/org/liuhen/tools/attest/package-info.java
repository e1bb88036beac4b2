/**
 * The log as strangers see it, and what others testify about it. Start reading at {@link
 * org.liuhen.tools.attest.PublicLog}, then {@link org.liuhen.tools.attest.Attestations}, which has witnesses cosign and
 * an authority stamp its checkpoints. Both have a thread that works behind the log; nobody waits for them.
 *
 * <p>Files: {@code ledger/} in the data folder, see {@link org.liuhen.storage.ledger.LedgerFolder}; in it
 * {@code checkpoint.witnessed}, and {@code timestamps/}, see {@link org.liuhen.tools.attest.StampedCheckpoint}. Formats:
 * c2sp.org/tlog-witness, c2sp.org/tlog-cosignature, RFC 3161.
 */
@NullMarked
package org.liuhen.tools.attest;

import org.jspecify.annotations.NullMarked;
