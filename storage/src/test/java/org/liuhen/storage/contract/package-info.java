/**
 * What every implementation of a seam promises, as abstract tests, and the samples and clocks to test with. In the
 * test-jar, for other modules too.
 */
@NullMarked
package org.liuhen.storage.contract;

import org.jspecify.annotations.NullMarked;
