/**
 * Disks that fail and machines that lose power, one fault each, as decorators of {@link
 * org.liuhen.storage.vault.FileCalls}. In the test-jar, for other modules too.
 */
@NullMarked
package org.liuhen.storage.fault;

import org.jspecify.annotations.NullMarked;
