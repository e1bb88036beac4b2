/**
 * Playing an original without a copy of it. An index says where each picture and each piece of sound lies in the
 * original and when it is shown; segments of fragmented MP4 and excerpts are then put together when somebody asks: the
 * heads are written here, the samples are the original's own bytes. Start reading at {@link
 * org.liuhen.ingest.media.playback.PlaybackIndex}.
 *
 * <p>Pure Java, in the server, over files from outside: no structure of a file costs more than {@link
 * org.liuhen.ingest.media.playback.Limits} allow, everything that does not add up is {@link
 * org.liuhen.ingest.media.playback.NotIndexed}, and such a file is played from a rendition instead. Threads: none. Files:
 * none of its own.
 *
 * <p>Source: ISO/IEC 14496-12 (boxes), 14496-14 ({@code esds}), 14496-15 ({@code avcC}), RFC 8216 (playlists).
 */
@NullMarked
package org.liuhen.ingest.media.playback;

import org.jspecify.annotations.NullMarked;
