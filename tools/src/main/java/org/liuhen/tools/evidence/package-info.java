/**
 * What strangers get and check. {@link org.liuhen.tools.evidence.Receipt} is the proof that a recording was received,
 * {@link org.liuhen.tools.evidence.ReceiptCheck} checks one without a server. {@link org.liuhen.tools.evidence.BagCheck} does the
 * same for an evidence package, out of its zip, which it trusts in nothing. Nothing in here knows who may ask for what.
 * Everything is safe for many threads but what reads a package, which belongs to one.
 *
 * <p>Formats: receipts, see {@link org.liuhen.tools.evidence.Receipt}; c2sp.org/tlog-proof; in a package {@link
 * org.liuhen.tools.evidence.Transmittal} and {@link org.liuhen.tools.evidence.CustodyPaper}, RFC 8493 and PKWARE APPNOTE.
 */
@NullMarked
package org.liuhen.tools.evidence;

import org.jspecify.annotations.NullMarked;
