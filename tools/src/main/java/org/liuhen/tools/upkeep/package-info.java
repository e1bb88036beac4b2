/**
 * Looks after the store: recomputes what is kept and compares catalog, vault and ledger; rebuilds what is derived. Start
 * reading at {@link org.liuhen.tools.upkeep.Verifications}, which is safe for many threads and blocks; call it on worker
 * threads. {@link org.liuhen.tools.upkeep.Scrubber} does the same slowly in the background; what is done about damage is
 * {@link org.liuhen.tools.upkeep.Caretaker}'s. {@link org.liuhen.tools.upkeep.Reindex} and {@link org.liuhen.tools.upkeep.Restoration} need a data folder that no server
 * has; {@link org.liuhen.tools.upkeep.Backup} works beside one.
 *
 * <p>Files: the folders of catalogs are described at {@link org.liuhen.tools.upkeep.CatalogFolders}, those of backups at
 * {@link org.liuhen.tools.upkeep.BackupFolder} and {@link org.liuhen.tools.upkeep.BackupManifest}.
 */
@NullMarked
package org.liuhen.tools.upkeep;

import org.jspecify.annotations.NullMarked;
