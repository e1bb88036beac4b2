package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reading where everything lies in an MP4, MOV or 3GP file: from {@code moov}, wherever it is, and from the heads of
 * fragments. Media data is not read. A file that was cut off is read as far as it goes.
 */
final class Mp4Reader {
    private static final int MOVIE = Boxes.type("moov");
    private static final int FRAGMENT = Boxes.type("moof");
    private static final int MATRIX_BYTES = 36;
    private static final int LAST_SLICE_TYPE = 5;
    private static final int MOST_UNPICTURED = 16;
    private static final int MOST_UNITS = 64;

    private final SeekableByteChannel file;
    private final boolean asRecorded;
    private final long fileBytes;
    private @Nullable ByteBuffer movie;
    private @Nullable Fragments fragments;

    private Mp4Reader(SeekableByteChannel file, boolean asRecorded) throws IOException {
        this.file = file;
        this.asRecorded = asRecorded;
        this.fileBytes = file.size();
    }

    /** The first track of pictures and the first of sound, one of them at least, with samples. */
    static List<Track> read(SeekableByteChannel file) throws IOException, NotIndexed {
        return new Mp4Reader(file, false).tracks();
    }

    /** Likewise, H.265 too; sound only if browsers play it. Not for playing. */
    static List<Track> readAsRecorded(SeekableByteChannel file) throws IOException, NotIndexed {
        return new Mp4Reader(file, true).tracks();
    }

    private List<Track> tracks() throws IOException, NotIndexed {
        long at = 0;
        for (int boxes = 0; at <= fileBytes - 8; boxes++) {
            ByteBuffer head = read(at, (int) Math.min(16, fileBytes - at));
            long size = Integer.toUnsignedLong(head.getInt(0));
            int headBytes = 8;
            if (size == 1 && head.remaining() == 16) {
                size = head.getLong(8);
                headBytes = 16;
            } else if (size == 0) {
                size = fileBytes - at;
            }
            int type = head.getInt(4);
            boolean whole = size >= headBytes && size <= fileBytes - at;
            if ((boxes == 0 && !isName(type)) || boxes > Limits.MOST_BOXES) {
                throw new NotIndexed("file: not one of boxes, or of too many");
            }
            if (!whole) {
                break; // cut off, or padded with anything
            }
            if (type == MOVIE && movie == null) {
                movie = content(at, headBytes, size, Limits.MOST_MOVIE_BYTES);
                if (Boxes.first(movie, "mvex").isEmpty()) {
                    break;
                }
                fragments = new Fragments(movie);
            } else if (type == FRAGMENT && fragments != null) {
                fragments.add(at, content(at, headBytes, size, Limits.MOST_FRAGMENT_BYTES));
            }
            at += size;
        }
        ByteBuffer found = movie;
        if (found == null) {
            throw new NotIndexed("file: no moov");
        }
        return tracks(found);
    }

    private static boolean isName(int type) {
        for (int shift = 0; shift < 32; shift += 8) {
            int letter = (type >>> shift) & 0xff;
            if (letter < ' ' || letter > '~') {
                return false;
            }
        }
        return true;
    }

    private ByteBuffer content(long at, int headBytes, long size, int most) throws IOException, NotIndexed {
        if (size > most) {
            throw new NotIndexed("box: " + size + " bytes (expected: at most " + most + ")");
        }
        return read(at + headBytes, (int) size - headBytes);
    }

    private ByteBuffer read(long at, int bytes) throws IOException, NotIndexed {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        file.position(at);
        while (buffer.hasRemaining()) {
            if (file.read(buffer) < 0) {
                throw new NotIndexed("file: has become shorter");
            }
        }
        return buffer.flip();
    }

    private List<Track> tracks(ByteBuffer found) throws IOException, NotIndexed {
        long movieTicksPerSecond = ticksPerSecond(Boxes.required(found, "mvhd"));
        Track pictures = null;
        Track sound = null;
        for (ByteBuffer box : Boxes.all(found, "trak", Limits.MOST_TRACKS)) {
            ByteBuffer media = Boxes.required(box, "mdia");
            int kind = Boxes.need(Boxes.required(media, "hdlr"), 12).getInt(8);
            if (kind == Boxes.type("vide") && pictures == null) {
                pictures = track(box, media, true, movieTicksPerSecond);
            } else if (kind == Boxes.type("soun") && sound == null) {
                sound = sound(box, media, movieTicksPerSecond);
            }
        }
        List<Track> tracks = new ArrayList<>();
        if (pictures != null) {
            tracks.add(pictures);
        }
        if (sound != null && sound.samples().count() > 0) {
            tracks.add(sound);
        }
        if (tracks.isEmpty() || tracks.get(0).samples().count() == 0) {
            throw new NotIndexed("file: no samples of pictures or sound");
        }
        return tracks;
    }

    private @Nullable Track sound(ByteBuffer box, ByteBuffer media, long movieTicksPerSecond)
            throws IOException, NotIndexed {
        try {
            return track(box, media, false, movieTicksPerSecond);
        } catch (NotIndexed failure) {
            if (asRecorded) {
                return null; // the pictures are worth having without it
            }
            throw failure;
        }
    }

    private Track track(ByteBuffer box, ByteBuffer media, boolean ofPictures, long movieTicksPerSecond)
            throws IOException, NotIndexed {
        long ticksPerSecond = ticksPerSecond(Boxes.required(media, "mdhd"));
        ByteBuffer table = Boxes.required(Boxes.required(media, "minf"), "stbl");
        ByteBuffer described = Boxes.required(table, "stsd");
        Track.Entry entry =
                asRecorded ? Entries.asRecorded(described, ofPictures) : Entries.read(described, ofPictures);
        ByteBuffer head = Boxes.required(box, "tkhd");
        boolean wide = Boxes.need(head, 4).getInt(0) >>> 24 == 1;
        Boxes.need(head, (wide ? 52 : 40) + MATRIX_BYTES);
        Fragments more = fragments;
        Samples samples;
        if (more == null) {
            samples = new SampleTables(table).read();
        } else {
            Optional<ByteBuffer> sizes = Boxes.first(table, "stsz");
            if (sizes.isPresent() && Boxes.need(sizes.get(), 12).getInt(8) != 0) {
                throw new NotIndexed("moov: samples of its own beside those of fragments");
            }
            samples = more.samples(head.getInt(wide ? 20 : 12));
        }
        samples.cutOff(fileBytes);
        if (ofPictures && !asRecorded) {
            forgetUnpictured(samples, entry.unitLengthBytes());
        }
        Edits edits = Edits.read(box, ticksPerSecond, movieTicksPerSecond, more != null);
        ByteBuffer matrix = ByteBuffer.wrap(Boxes.bytes(head.slice(wide ? 52 : 40, MATRIX_BYTES)));
        return new Track(ticksPerSecond, edits.shiftTicks(), edits.endTicks(), 0, 0, entry, matrix, samples);
    }

    /**
     * Cameras that sign end a file with samples that hold a signature and no picture, at which players stumble. In the
     * middle they put signatures beside pictures.
     */
    private void forgetUnpictured(Samples samples, int unitLengthBytes) throws IOException, NotIndexed {
        for (int i = 0; i < MOST_UNPICTURED && samples.count() > 1; i++) {
            if (hasPicture(samples, samples.count() - 1, unitLengthBytes)) {
                return;
            }
            samples.forgetLast();
        }
    }

    /** Whether a sample has a slice of a picture among its first units. Source: ITU-T H.264 table 7-1. */
    private boolean hasPicture(Samples samples, int sample, int unitLengthBytes) throws IOException, NotIndexed {
        long at = samples.offset(sample);
        long end = at + samples.size(sample);
        for (int unit = 0; unit < MOST_UNITS && end - at > unitLengthBytes; unit++) {
            ByteBuffer head = read(at, unitLengthBytes + 1);
            long lengthBytes = 0;
            for (int i = 0; i < unitLengthBytes; i++) {
                lengthBytes = (lengthBytes << 8) | Byte.toUnsignedInt(head.get(i));
            }
            int type = head.get(unitLengthBytes) & 0x1f;
            if (lengthBytes > 0 && type >= 1 && type <= LAST_SLICE_TYPE) {
                return true;
            }
            at += unitLengthBytes + lengthBytes;
        }
        return false;
    }

    /** Of {@code mvhd} or {@code mdhd}, which begin alike. */
    private static long ticksPerSecond(ByteBuffer head) throws NotIndexed {
        boolean wide = Boxes.need(head, 24).getInt(0) >>> 24 == 1;
        int ticks = head.getInt(wide ? 20 : 12);
        if (ticks <= 0) {
            throw new NotIndexed("clock: " + ticks + " ticks a second");
        }
        return ticks;
    }
}
