/**
 * Clips that somebody ordered: what was asked for ({@link org.liuhen.tools.clips.WantedClip}), the making with its custody
 * event and its sidecar ({@link org.liuhen.tools.clips.ClipMaker}), and the shelf where a clip waits to be fetched ({@link
 * org.liuhen.tools.clips.ClipShelf}). Files lie in one folder that is emptied at start-up; nothing of a clip is kept by
 * the server for longer than an hour. Safe for many threads.
 */
@NullMarked
package org.liuhen.tools.clips;

import org.jspecify.annotations.NullMarked;
