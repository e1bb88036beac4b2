package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/**
 * An MP4 file whose index was never written, because the battery was flat or the card pulled: its pictures are found by
 * walking the media data, and a head is made that says where each lies. Head and file, one after the other, are a whole
 * file again; the file itself is neither changed nor copied.
 *
 * <p>H.264 and H.265, with lengths of four bytes unless a {@link Likeness} says otherwise. What lies between pictures is taken for sound if it says that and
 * how the camera records sound; several pieces of AAC in a row are told apart by whoever decodes them.
 */
public final class Salvage {
    /** The kind of the finding that says so. */
    public static final String REPAIRED = "repaired";

    private static final int MOST_BOXES = 10_000;
    private static final int LEAST_PICTURES = 2;
    private static final int MOST_SOUND_BYTES = 1 << 20;
    private static final long USUAL_TICKS_PER_SECOND = 25;

    private static final int USUAL_LENGTH_BYTES = 4;

    private final UnitWalk walk;
    private final UnitHeads heads;
    private final int lengthBytes;
    private final long fileBytes;
    private final @Nullable Likeness likeness;
    private final Samples pictures = new Samples(1024);
    private final Samples sound = new Samples(1024);
    private byte @Nullable [] sequence;
    private byte @Nullable [] parameters;
    private long begin = -1;
    private long end;
    private boolean hasVideo;
    private boolean hasSlice;
    private boolean hasKey;
    private int piecesEnd;
    private long otherBytes;

    private Salvage(SeekableByteChannel file, UnitHeads heads, @Nullable Likeness likeness) throws IOException {
        this.heads = heads;
        this.lengthBytes = likeness == null
                ? USUAL_LENGTH_BYTES
                : likeness.pictures().entry().unitLengthBytes();
        this.walk = new UnitWalk(file, heads, lengthBytes);
        this.fileBytes = file.size();
        this.likeness = likeness;
    }

    /**
     * What was got back.
     *
     * @param head to be put before the file
     * @param sound whether sound is in it
     * @param said what was done, for people
     */
    public record Found(byte[] head, int pictures, double seconds, boolean sound, List<Said> said) {}

    /**
     * Looks for pictures.
     *
     * @param likeness of the same camera; null if nothing is known
     * @return empty if there are none, or none that could be shown without knowing more of the camera
     */
    public static Optional<Found> of(Path recording, @Nullable Likeness likeness) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(recording)) {
            long from = mediaData(file);
            if (from < 0) {
                return Optional.empty();
            }
            if (likeness != null) {
                Optional<Found> found = walked(file, from, likeness.heads(), likeness);
                if (found.isPresent()) {
                    return found;
                }
            }
            for (UnitHeads heads : UnitHeads.values()) {
                Optional<Found> found = walked(file, from, heads, null);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<Found> walked(
            SeekableByteChannel file, long from, UnitHeads heads, @Nullable Likeness likeness) throws IOException {
        try {
            Salvage salvage = new Salvage(file, heads, likeness);
            salvage.walk.run(from, salvage.new Gathering());
            return salvage.found();
        } catch (NotIndexed ignored) {
            return Optional.empty(); // nothing that could be made whole
        }
    }

    /** Where media data begins; -1 if the file is none of boxes or has none. */
    private static long mediaData(SeekableByteChannel file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(16);
        long at = 0;
        for (int boxes = 0; boxes < MOST_BOXES && at <= file.size() - 16; boxes++) {
            head.clear();
            file.position(at);
            int read;
            do {
                read = file.read(head);
            } while (read >= 0 && head.hasRemaining());
            long size = Integer.toUnsignedLong(head.getInt(0));
            int type = head.getInt(4);
            if (type == Boxes.type("mdat")) {
                return at + (size == 1 ? 16 : 8);
            }
            if (size == 1) {
                size = head.getLong(8);
            }
            if (size < 8 || size > file.size() - at || (boxes == 0 && type != Boxes.type("ftyp"))) {
                return -1;
            }
            at += size;
        }
        return -1;
    }

    /** Puts units together to pictures. */
    private final class Gathering implements UnitWalk.Finder {
        @Override
        public void unit(long at, int bytes, UnitHeads.Kind kind, boolean beginsPicture) throws NotIndexed {
            boolean slice = kind == UnitHeads.Kind.SLICE || kind == UnitHeads.Kind.KEY_SLICE;
            if (at != end || (hasSlice && (!slice || beginsPicture))) {
                endPicture();
                begin = at;
            }
            end = at + bytes;
            hasSlice |= slice;
            hasKey |= kind == UnitHeads.Kind.KEY_SLICE;
            hasVideo |= kind == UnitHeads.Kind.VIDEO;
            try {
                if (kind == UnitHeads.Kind.SEQUENCE && sequence == null) {
                    sequence = walk.copy(at, bytes);
                } else if (kind == UnitHeads.Kind.PICTURE && parameters == null) {
                    parameters = walk.copy(at, bytes);
                }
            } catch (IOException e) {
                throw new NotIndexed("file: cannot be read again: " + e.getMessage());
            }
        }

        @Override
        public void other(long at, long bytes) throws NotIndexed {
            endPicture();
            if (likeness != null && likeness.sound() != null && bytes <= MOST_SOUND_BYTES && pictures.count() > 0) {
                // sound follows the pictures that go with it, so it begins where the sound before it ended
                sound.add(at, (int) bytes, piecesEnd, 0, 1, true);
                piecesEnd = pictures.count();
            } else {
                otherBytes += bytes;
            }
        }
    }

    private void endPicture() throws NotIndexed {
        if (hasSlice && (pictures.count() > 0 || hasKey)) {
            pictures.add(begin, Math.toIntExact(end - begin), pictures.count(), 0, 1, hasKey);
        }
        hasSlice = false;
        hasKey = false;
    }

    private Optional<Found> found() throws NotIndexed {
        endPicture();
        Likeness.Part told = told();
        if (pictures.count() < LEAST_PICTURES || (told == null && likeness == null)) {
            return Optional.empty();
        }
        Likeness.Part shown = told;
        Sentence pace = Sentence.PACE_TOLD;
        if (likeness != null) {
            Likeness.Part like = likeness.pictures();
            boolean own = told != null && lengthBytes == USUAL_LENGTH_BYTES && heads == UnitHeads.H264;
            shown = new Likeness.Part(
                    like.ticksPerSecond(), like.ticks(), told != null && own ? told.entry() : like.entry());
            pace = Sentence.PACE_OF_ANOTHER;
        } else if (told != null && told.ticks() == 0) {
            shown = new Likeness.Part(USUAL_TICKS_PER_SECOND, 1, told.entry());
            pace = Sentence.PACE_ASSUMED;
        }
        if (shown == null) {
            return Optional.empty();
        }
        double seconds = (double) pictures.count() * shown.ticks() / shown.ticksPerSecond();
        boolean heard = likeness != null && sound.count() > 0;
        return Optional.of(new Found(
                head(shown),
                pictures.count(),
                seconds,
                heard,
                List.of(
                        Said.of(Sentence.INDEX_NEVER_WRITTEN),
                        Said.of(
                                Sentence.GOT_BACK,
                                "seconds",
                                String.format(Locale.ROOT, "%.1f", seconds),
                                "pictures",
                                pictures.count()),
                        Said.of(pace),
                        Said.of(heard ? Sentence.SOUND_TOO : Sentence.SOUND_LOST),
                        Said.of(Sentence.BYTES_OF_NEITHER, "bytes", otherBytes))));
    }

    /** What the pictures say of themselves; null if they do not say enough. */
    private Likeness.@Nullable Part told() throws NotIndexed {
        byte[] sequence = this.sequence;
        byte[] parameters = this.parameters;
        if (sequence == null || parameters == null) {
            return null;
        }
        if (heads == UnitHeads.H265) {
            return hasVideo ? Likeness.h265() : null;
        }
        return Likeness.pictures(sequence, parameters);
    }

    private byte[] head(Likeness.Part shown) {
        List<Track> tracks = new ArrayList<>();
        List<MovieHead.Body> bodies = new ArrayList<>();
        List<Integer> offsetsAt = new ArrayList<>();
        add(tracks, bodies, offsetsAt, shown, shown, pictures);
        Likeness.Part heard = likeness == null ? null : likeness.sound();
        if (heard != null && sound.count() > 0) {
            add(tracks, bodies, offsetsAt, shown, heard, sound);
        }
        BoxWriter out = new BoxWriter();
        MovieHead.ofFile(out, shown.ticksPerSecond(), tracks, bodies);
        out.u32(1).text("mdat").u64(16 + fileBytes);
        for (int t = 0; t < tracks.size(); t++) {
            Samples samples = tracks.get(t).samples();
            for (int i = 0; i < samples.count(); i++) {
                out.u64At(offsetsAt.get(t) + 8 * i, out.position() + samples.offset(i));
            }
        }
        return out.toBytes();
    }

    private void add(
            List<Track> tracks,
            List<MovieHead.Body> bodies,
            List<Integer> offsetsAt,
            Likeness.Part pace,
            Likeness.Part part,
            Samples samples) {
        double ticksPerPicture = (double) pace.ticks() / pace.ticksPerSecond() * part.ticksPerSecond();
        ByteBuffer upright = ByteBuffer.allocate(36)
                .putInt(0, 0x00010000)
                .putInt(16, 0x00010000)
                .putInt(32, 0x40000000);
        tracks.add(new Track(part.ticksPerSecond(), 0, Long.MAX_VALUE, 0, 0, part.entry(), upright, samples));
        long movieTicks = pictures.count() * pace.ticks();
        bodies.add(new MovieHead.Body(
                Math.round(pictures.count() * ticksPerPicture),
                movieTicks,
                0,
                0,
                out -> tables(out, samples, ticksPerPicture, offsetsAt)));
    }

    private static void tables(BoxWriter out, Samples samples, double ticksPerPicture, List<Integer> offsetsAt) {
        out.begin("stts", 0, 0).u32(samples.count());
        for (int i = 0; i < samples.count(); i++) {
            long from = Math.round(samples.decode(i) * ticksPerPicture);
            out.u32(1).u32((int) (Math.round((samples.decode(i) + samples.ticks(i)) * ticksPerPicture) - from));
        }
        out.end();
        out.begin("stss", 0, 0);
        int countAt = out.position();
        out.u32(0);
        int keys = 0;
        for (int i = samples.keyFrom(0); i >= 0; i = samples.keyFrom(i + 1)) {
            out.u32(i + 1);
            keys++;
        }
        out.u32At(countAt, keys);
        out.end();
        out.begin("stsc", 0, 0).u32(1).u32(1).u32(1).u32(1).end();
        out.begin("stsz", 0, 0).u32(0).u32(samples.count());
        for (int i = 0; i < samples.count(); i++) {
            out.u32(samples.size(i));
        }
        out.end();
        out.begin("co64", 0, 0).u32(samples.count());
        offsetsAt.add(out.position());
        out.zeros(8 * samples.count()).end();
    }
}
