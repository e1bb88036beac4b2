package org.liuhen.ingest.media.playback;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writing {@code ftyp} and {@code moov} of a file of our own, for fragments or whole. */
final class MovieHead {
    /** How long a track of a whole file lasts and from where it is shown, and its tables. */
    record Body(long mediaTicks, long movieTicks, long pauseMovieTicks, long firstTicks, Consumer<BoxWriter> tables) {}

    private MovieHead() {}

    /** The head of fragments: tracks without samples. */
    static byte[] ofFragments(List<Track> tracks) {
        BoxWriter out = new BoxWriter();
        out.begin("ftyp").text("iso6").u32(1).text("iso6cmfcmp41").end();
        out.begin("moov");
        movie(out, 1000, 0, tracks.size());
        for (int i = 0; i < tracks.size(); i++) {
            track(out, tracks.get(i), i + 1, null);
        }
        out.begin("mvex");
        for (int i = 0; i < tracks.size(); i++) {
            out.begin("trex", 0, 0).u32(i + 1).u32(1).zeros(12).end();
        }
        return out.end().end().toBytes();
    }

    /** The head of a whole file, which must be written where its media data's place is known. */
    static void ofFile(BoxWriter out, long ticksPerSecond, List<Track> tracks, List<Body> bodies) {
        out.begin("ftyp").text("isom").u32(0x200).text("isomiso2avc1mp41").end();
        out.begin("moov");
        long longest = bodies.stream()
                .mapToLong(body -> body.movieTicks() + body.pauseMovieTicks())
                .max()
                .orElse(0);
        movie(out, ticksPerSecond, longest, tracks.size());
        for (int i = 0; i < tracks.size(); i++) {
            track(out, tracks.get(i), i + 1, bodies.get(i));
        }
        out.end();
    }

    private static void movie(BoxWriter out, long ticksPerSecond, long ticks, int tracks) {
        out.begin("mvhd", 1, 0).zeros(16).u32((int) ticksPerSecond).u64(ticks);
        out.u32(0x00010000).u16(0x0100).zeros(10);
        out.u32(0x00010000).zeros(12).u32(0x00010000).zeros(12).u32(0x40000000);
        out.zeros(24).u32(tracks + 1).end();
    }

    private static void track(BoxWriter out, Track track, int id, @Nullable Body body) {
        var video = track.entry().video();
        out.begin("trak");
        out.begin("tkhd", 1, 3).zeros(16).u32(id).zeros(4);
        out.u64(body == null ? 0 : body.movieTicks() + body.pauseMovieTicks());
        out.zeros(8)
                .u16(0)
                .u16(video == null ? 1 : 0)
                .u16(video == null ? 0x0100 : 0)
                .u16(0);
        out.bytes(track.matrix().array());
        out.u32(video == null ? 0 : video.width() << 16).u32(video == null ? 0 : video.height() << 16);
        out.end();
        if (body != null) {
            edits(out, body);
        } else if (track.delayTicks() > 0) {
            out.begin("edts").begin("elst", 1, 0).u32(1).u64(0).u64(track.delayTicks());
            out.u32(0x00010000).end().end();
        }
        out.begin("mdia");
        out.begin("mdhd", 1, 0).zeros(16).u32((int) track.ticksPerSecond());
        out.u64(body == null ? 0 : body.mediaTicks()).u16(0x55c4).u16(0).end();
        out.begin("hdlr", 0, 0)
                .zeros(4)
                .text(video == null ? "soun" : "vide")
                .zeros(12)
                .u8(0)
                .end();
        out.begin("minf");
        if (video == null) {
            out.begin("smhd", 0, 0).zeros(4).end();
        } else {
            out.begin("vmhd", 0, 1).zeros(8).end();
        }
        out.begin("dinf")
                .begin("dref", 0, 0)
                .u32(1)
                .begin("url ", 0, 1)
                .end()
                .end()
                .end();
        out.begin("stbl");
        out.begin("stsd", 0, 0).u32(1).bytes(track.entry().box()).end();
        if (body == null) {
            out.begin("stts", 0, 0).u32(0).end();
            out.begin("stsc", 0, 0).u32(0).end();
            out.begin("stsz", 0, 0).zeros(8).end();
            out.begin("stco", 0, 0).u32(0).end();
        } else {
            body.tables().accept(out);
        }
        out.end().end().end().end();
    }

    private static void edits(BoxWriter out, Body body) {
        out.begin("edts").begin("elst", 1, 0).u32(body.pauseMovieTicks() > 0 ? 2 : 1);
        if (body.pauseMovieTicks() > 0) {
            out.u64(body.pauseMovieTicks()).u64(-1).u32(0x00010000);
        }
        out.u64(body.movieTicks()).u64(body.firstTicks()).u32(0x00010000).end().end();
    }
}
