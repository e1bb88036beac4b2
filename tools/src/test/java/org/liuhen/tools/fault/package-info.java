/**
 * What the world does to a store: kills at every system call, errors of the disk, torn writes, a full disk, power cuts
 * under load. Each ends in the product's own verification of everything. Most of it needs strace or a file system of its
 * own, so it is tagged {@code world}; {@code .ci/faults} runs the long forms whose results are in {@code docs/faults.md}.
 *
 * <p>Start reading at {@link org.liuhen.tools.fault.Station}, the small day that is repeated under every fault.
 */
@NullMarked
package org.liuhen.tools.fault;

import org.jspecify.annotations.NullMarked;
