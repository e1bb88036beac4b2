/**
 * What strangers get and check. {@link org.liuhen.tools.evidence.Receipt} is the proof that a recording was received,
 * {@link org.liuhen.tools.evidence.ReceiptCheck} checks one without a server. Nothing in here knows who may ask for
 * what. Everything is safe for many threads.
 *
 * <p>Formats: receipts, see {@link org.liuhen.tools.evidence.Receipt}; c2sp.org/tlog-proof.
 */
@NullMarked
package org.liuhen.tools.evidence;

import org.jspecify.annotations.NullMarked;
