/**
 * Folders that are none: what old docks see when they push files by name. Each device has one tree of its own, made of its
 * uploads: a file under way is an upload, a finished one is a recording with a receipt beside it, a folder is a part of a
 * path. Nothing here keeps bytes. Start reading at {@link org.liuhen.ingest.drop.DropVisit}; the protocols are adapters of
 * {@code org.liuhen.device}. Blocking calls; safe for many threads.
 *
 * <p>Stored with an upload, as notes: {@code path} where it lies, {@code length} what was announced for a file that is
 * held, {@code modified} what the device said about its time.
 */
@NullMarked
package org.liuhen.ingest.drop;

import org.jspecify.annotations.NullMarked;
