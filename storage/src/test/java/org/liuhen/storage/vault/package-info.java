/** Tests of the vaults: the contract, run by each; what only files can suffer; formats; faults. */
@NullMarked
package org.liuhen.storage.vault;

import org.jspecify.annotations.NullMarked;
