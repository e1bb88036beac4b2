package org.liuhen.ingest.media.playback;

import java.util.Locale;

/** A list of all segments of a recording, which does not change. Source: RFC 8216. */
final class Playlist {
    private final String head;
    private final String piece;
    private final StringBuilder segments = new StringBuilder();
    private int count;
    private double longest;

    /**
     * @param head the name of what comes before the first segment
     * @param piece the name of a segment, a format that takes its number
     */
    Playlist(String head, String piece) {
        this.head = head;
        this.piece = piece;
    }

    /** Adds the next segment. */
    void add(double seconds) {
        longest = Math.max(longest, seconds);
        segments.append(String.format(Locale.ROOT, "#EXTINF:%.6f,\n" + piece + "\n", seconds, count++));
    }

    String text() {
        return String.join(
                "\n",
                "#EXTM3U",
                "#EXT-X-VERSION:7",
                "#EXT-X-TARGETDURATION:" + Math.max(1, Math.round(longest)),
                "#EXT-X-MEDIA-SEQUENCE:0",
                "#EXT-X-PLAYLIST-TYPE:VOD",
                "#EXT-X-INDEPENDENT-SEGMENTS",
                "#EXT-X-MAP:URI=\"" + head + "\"",
                segments + "#EXT-X-ENDLIST",
                "");
    }
}
