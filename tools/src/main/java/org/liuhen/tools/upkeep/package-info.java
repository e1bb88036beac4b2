/**
 * Looks after the store: recomputes what is kept and compares catalog, vault and ledger. Start reading at {@link
 * org.liuhen.tools.upkeep.Verifications}, which is safe for many threads and blocks; call it on worker threads.
 */
@NullMarked
package org.liuhen.tools.upkeep;

import org.jspecify.annotations.NullMarked;
