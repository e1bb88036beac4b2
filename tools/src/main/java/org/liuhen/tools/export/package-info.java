/**
 * Taking evidence out of the house: the originals of a case with all that proves what they are, as a BagIt bag in a zip
 * that is made while it is sent. Start reading at {@link org.liuhen.tools.export.EvidenceDesk}; {@link
 * org.liuhen.tools.export.ExportRun} is one export from the first decision to the last byte, {@link
 * org.liuhen.tools.export.BagWriter} the bag, {@link org.liuhen.tools.export.BagPapers} what is written about the
 * originals. What a stranger needs to check it is in {@code org.liuhen.tools.evidence} and needs none of this.
 *
 * <p>Threads: an export belongs to the thread that streams it; {@link org.liuhen.tools.export.Outgoing} and {@link
 * org.liuhen.tools.export.EvidenceDesk} are safe for many. Formats: docs/adr/0011-evidence-leaves-as-a-bag.md.
 */
@NullMarked
package org.liuhen.tools.export;

import org.jspecify.annotations.NullMarked;
