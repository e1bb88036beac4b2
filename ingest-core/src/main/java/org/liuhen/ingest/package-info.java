/**
 * From declared metadata to a sealed original: upload sessions, sealing, and what happens at start-up to what a crash
 * left behind. Start reading at {@link org.liuhen.ingest.DeviceAdapter}: each wire protocol is one, and all end in the
 * same upload session. Blocking calls; they run on worker threads, never on an event loop.
 */
@NullMarked
package org.liuhen.ingest;

import org.jspecify.annotations.NullMarked;
