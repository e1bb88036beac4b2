/**
 * Disks that fail and machines that lose power, one fault each, as decorators of {@link
 * org.liuhen.storage.vault.FileCalls}; and inputs that attack parsers, {@link org.liuhen.storage.fault.Mutation}. In the test-jar, for other modules too.
 */
@NullMarked
package org.liuhen.storage.fault;

import org.jspecify.annotations.NullMarked;
