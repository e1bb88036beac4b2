/** The log against the numbers of RFC 6962 and against a stranger's arithmetic. */
@NullMarked
package org.liuhen.storage.ledger;

import org.jspecify.annotations.NullMarked;
