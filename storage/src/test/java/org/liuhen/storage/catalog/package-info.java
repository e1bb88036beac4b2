/** The catalogs run the contracts, and what only one of them promises. */
@NullMarked
package org.liuhen.storage.catalog;

import org.jspecify.annotations.NullMarked;
