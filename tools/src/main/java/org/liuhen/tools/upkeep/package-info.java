/**
 * Looks after the store: recomputes what is kept and compares catalog, vault and ledger; rebuilds what is derived. Start
 * reading at {@link org.liuhen.tools.upkeep.Verifications}, which is safe for many threads and blocks; call it on worker
 * threads. {@link org.liuhen.tools.upkeep.Reindex} needs a store that no server has.
 */
@NullMarked
package org.liuhen.tools.upkeep;

import org.jspecify.annotations.NullMarked;
