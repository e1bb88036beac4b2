/**
 * The bytes: originals as folders on a local disk, each explaining itself without this program.
 *
 * <p>Start reading at {@link org.liuhen.storage.vault.FileVault}. Every call that changes the disk passes through {@link
 * org.liuhen.storage.vault.FileCalls}, so that tests can fail or tear each of them; {@link
 * org.liuhen.storage.vault.DurableFiles} is the only place that renames and forces. {@link
 * org.liuhen.storage.vault.MemoryVault} is a peer that forgets, for tests. {@link org.liuhen.storage.vault.Verification}
 * recomputes what was promised.
 *
 * <table>
 *   <caption>What is on disk; the state is in the names</caption>
 *   <tr><td>{@code incoming/<upload>.part/original}</td><td>an upload under way; bytes past the acknowledged offset may
 *       be torn</td></tr>
 *   <tr><td>{@code incoming/<upload>.part/manifest.json}</td><td>sealing was under way: worthless until the rename</td></tr>
 *   <tr><td>{@code originals/<yyyy>/<mm>/<dd>/<id>/original}</td><td>a sealed original, never written again</td></tr>
 *   <tr><td>{@code originals/<yyyy>/<mm>/<dd>/<id>/manifest.json}</td><td>{@link org.liuhen.storage.Manifest}, format 1</td></tr>
 *   <tr><td>{@code erasing/<yyyy>-<mm>-<dd>.<id>/}</td><td>an original whose erasure is decided and is finished when the
 *       vault is opened</td></tr>
 *   <tr><td>{@code mending/<yyyy>-<mm>-<dd>.<id>/}</td><td>a whole copy being made to take the place of a rotten or missing
 *       one; dropped when the vault is opened</td></tr>
 *   <tr><td>{@code rotten/<yyyy>-<mm>-<dd>.<id>.<n>/}</td><td>what was exchanged for a sound copy, until its recording is
 *       disposed of</td></tr>
 * </table>
 *
 * <p>{@link org.liuhen.storage.vault.MirroredVault} keeps two of these alike.
 *
 * <p>Threads: a vault is safe for many; an upload under way belongs to one thread at a time. A thread inside a vault must
 * not be interrupted, because an interrupt closes the file it is writing.
 */
@NullMarked
package org.liuhen.storage.vault;

import org.jspecify.annotations.NullMarked;
