package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Media;

/**
 * How a healthy recording of a camera describes its pictures and sound, so that another one of the same camera can be
 * read that has lost its own description.
 */
public final class Likeness {
    private static final int MOST_ENTRY_BYTES = 8192;
    private static final String NONE = "-";

    /** A track's clock, what one sample lasts, and its sample entry. */
    record Part(long ticksPerSecond, long ticks, Track.Entry entry) {}

    private final Part pictures;
    private final @Nullable Part sound;

    private Likeness(Part pictures, @Nullable Part sound) {
        this.pictures = pictures;
        this.sound = sound;
    }

    /** What a recording tells of its camera; empty if its pictures are neither H.264 nor H.265 in MP4. */
    public static Optional<Likeness> of(Path recording) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(recording)) {
            List<Track> tracks = Mp4Reader.readAsRecorded(file);
            if (!tracks.get(0).ofPictures() || tracks.get(0).samples().count() < 2) {
                return Optional.empty();
            }
            return Optional.of(new Likeness(part(tracks.get(0)), tracks.size() > 1 ? part(tracks.get(1)) : null));
        } catch (NotIndexed ignored) {
            return Optional.empty(); // then it is no help
        }
    }

    private static Part part(Track track) {
        Samples samples = track.samples();
        int steps = samples.count() - 1;
        long ticks =
                steps < 1 ? 1 : Math.max(1, Math.round((double) (samples.decode(steps) - samples.decode(0)) / steps));
        return new Part(track.ticksPerSecond(), ticks, track.entry());
    }

    Part pictures() {
        return pictures;
    }

    /** How units of its pictures are known. */
    UnitHeads heads() {
        Media.Video video = pictures.entry().video();
        return video != null && video.codec().equals(Entries.H265) ? UnitHeads.H265 : UnitHeads.H264;
    }

    /** Null if the camera records none. */
    @Nullable
    Part sound() {
        return sound;
    }

    /** As one word, which {@link #parse} reads. */
    public String text() {
        return word(pictures) + ";" + (sound == null ? NONE : word(sound));
    }

    private static String word(Part part) {
        return part.ticksPerSecond() + "," + part.ticks() + ","
                + HexFormat.of().formatHex(part.entry().box());
    }

    /** @throws IllegalArgumentException if it is not what {@link #text} gives */
    public static Likeness parse(String text) {
        String[] parts = text.split(";", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("likeness: " + parts.length + " parts (expected: 2)");
        }
        return new Likeness(part(parts[0], true), parts[1].equals(NONE) ? null : part(parts[1], false));
    }

    private static Part part(String word, boolean ofPictures) {
        String[] members = word.split(",", -1);
        if (members.length != 3 || members[2].length() > 2 * MOST_ENTRY_BYTES) {
            throw new IllegalArgumentException("likeness: " + members.length + " members (expected: 3)");
        }
        byte[] box = HexFormat.of().parseHex(members[2]);
        ByteBuffer table =
                ByteBuffer.allocate(8 + box.length).putInt(0).putInt(1).put(box).flip();
        try {
            return new Part(
                    Long.parseLong(members[0]), Long.parseLong(members[1]), Entries.asRecorded(table, ofPictures));
        } catch (NotIndexed e) {
            throw new IllegalArgumentException("likeness: its description cannot be read", e);
        }
    }

    /** Of a camera about whose sound nothing is known, from the parameters that it sends along with its pictures. */
    static Part pictures(byte[] sequence, byte[] picture) throws NotIndexed {
        SequenceParameters told = SequenceParameters.of(sequence);
        BoxWriter out = new BoxWriter();
        Entries.head(out, "avc1", told.width(), told.height());
        out.begin("avcC").u8(1).u8(sequence[1]).u8(sequence[2]).u8(sequence[3]).u8(0xff);
        out.u8(0xe1).u16(sequence.length).bytes(sequence);
        out.u8(1).u16(picture.length).bytes(picture).end();
        Track.Entry entry =
                new Track.Entry(out.end().toBytes(), 4, new Media.Video("h264", told.width(), told.height(), 0), null);
        return new Part(told.ticksPerSecond(), told.ticksPerPicture(), entry);
    }

    /** Of a camera that sends all parameters of H.265 along with its pictures, so that only a decoder needs to know them. */
    static Part h265() {
        byte[] configuration = new byte[Entries.H265_HEAD_BYTES];
        configuration[0] = 1;
        configuration[Entries.H265_LENGTHS_AT] = 3;
        return new Part(0, 0, Entries.h265("hev1", configuration, 0, 0));
    }
}
