package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How a recording that no browser plays as it is gets played all the same, in segments that are made when somebody asks
 * for them. A child process writes it after it has gone through the packets once, and is lent it again with each segment
 * that it is to make; the server only reads where segments begin. Never changes.
 *
 * <table>
 *   <caption>The file, lines of UTF-8, numbers in decimal, separated by spaces</caption>
 *   <tr><td>{@code plan 1} pictures sound soundTicks endTicks</td><td>ways, what a second of sound has in ticks, the end</td></tr>
 *   <tr><td>one line for each segment</td><td>the members of {@link Segment} in order</td></tr>
 * </table>
 *
 * @param pictures what is done with them
 * @param sound likewise
 * @param soundTicksPerSecond of the original's sound; 1 if there is none
 * @param endTicks of the recording, of pictures' ticks
 * @param segments at least one, by rising start
 */
public record SegmentPlan(
        Treatment pictures, Treatment sound, long soundTicksPerSecond, long endTicks, List<Segment> segments) {
    /** What a second has in ticks of pictures. Segments begin and end in these. */
    public static final long TICKS_PER_SECOND = 90_000;

    /** No time is known, or no place. */
    public static final long NONE = Long.MIN_VALUE;

    /** How long a segment is at least. */
    public static final double LEAST_SEGMENT_SECONDS = 4;

    private static final int MOST_BYTES = 8 << 20;
    private static final String MAGIC = "plan 1 ";
    private static final int MEMBERS = 8;
    private static final double HAIR = 0.001;

    /** What is done with pictures or sound. */
    public enum Treatment {
        COPY,
        ENCODE,
        LEAVE_OUT
    }

    /**
     * One segment, and where reading has to begin to make it: somewhat before its start, at a key picture.
     *
     * @param startTicks when it begins, from the start of the recording
     * @param keyTicks when the picture is shown at which decoding, or copying, begins
     * @param offsetBytes where reading begins; {@link #NONE} for the beginning of the file
     * @param rawPicture what the file says is the time of the key picture there, in the file's own ticks
     * @param pictureTicks when that is shown
     * @param rawSound what the file says is the time of the first sound after that; {@link #NONE} if there is none
     * @param soundTicks when that is heard, in ticks of sound
     * @param soundShiftTicks how far the file's times of sound are from the recording's there, likewise
     */
    public record Segment(
            long startTicks,
            long keyTicks,
            long offsetBytes,
            long rawPicture,
            long pictureTicks,
            long rawSound,
            long soundTicks,
            long soundShiftTicks) {
        private LongStream members() {
            return LongStream.of(
                    startTicks, keyTicks, offsetBytes, rawPicture, pictureTicks, rawSound, soundTicks, soundShiftTicks);
        }
    }

    public SegmentPlan {
        segments = List.copyOf(segments);
        if (segments.isEmpty() || segments.size() > Limits.MOST_SEGMENTS) {
            throw new IllegalArgumentException("segments: " + segments.size());
        }
        long before = -1;
        for (Segment segment : segments) {
            if (segment.startTicks() <= before || segment.startTicks() > Limits.MOST_TICKS) {
                throw new IllegalArgumentException("segment: begins at " + segment.startTicks());
            }
            before = segment.startTicks();
        }
        if (endTicks <= before || endTicks > Limits.MOST_TICKS || soundTicksPerSecond < 1) {
            throw new IllegalArgumentException("plan: ends at " + endTicks);
        }
    }

    /**
     * Reads a plan, which a stranger's file may have had a hand in.
     *
     * @throws IOException if it is none
     */
    public static SegmentPlan read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("plan: " + Files.size(file) + " bytes");
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            String head = lines.isEmpty() ? "" : lines.get(0);
            String[] words =
                    head.startsWith(MAGIC) ? head.substring(MAGIC.length()).split(" ", -1) : new String[0];
            if (words.length != 4) {
                throw new IOException("plan: not of this version");
            }
            List<Segment> segments = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] n = line.split(" ", MEMBERS + 1);
                if (n.length != MEMBERS) {
                    throw new IOException("plan: a segment of " + n.length + " numbers (expected: " + MEMBERS + ")");
                }
                long[] v = new long[MEMBERS];
                for (int i = 0; i < MEMBERS; i++) {
                    v[i] = Long.parseLong(n[i]);
                }
                segments.add(new Segment(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]));
            }
            return new SegmentPlan(
                    Treatment.valueOf(words[0]),
                    Treatment.valueOf(words[1]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    segments);
        } catch (IllegalArgumentException e) {
            throw new IOException("plan: makes no sense, " + e.getMessage(), e);
        }
    }

    /** Writes it down. */
    public void write(Path file) throws IOException {
        StringBuilder text =
                new StringBuilder(MAGIC + pictures + " " + sound + " " + soundTicksPerSecond + " " + endTicks);
        for (Segment segment : segments) {
            text.append('\n');
            segment.members().forEach(member -> text.append(member).append(' '));
            text.setLength(text.length() - 1);
        }
        Files.writeString(file, text.append('\n'), StandardCharsets.UTF_8);
    }

    /** Where a segment ends: where the next begins. */
    public long endOf(int number) {
        return number + 1 < segments.size() ? segments.get(number + 1).startTicks() : endTicks;
    }

    private double seconds(int number) {
        long from = number == 0 ? 0 : segments.get(number).startTicks();
        return Math.max(HAIR, (double) (endOf(number) - from) / TICKS_PER_SECOND);
    }

    /**
     * The playlist.
     *
     * @param head the name of what comes before the first segment
     * @param piece the name of a segment, a format that takes its number
     */
    public String playlist(String head, String piece) {
        Playlist list = new Playlist(head, piece);
        for (int i = 0; i < segments.size(); i++) {
            list.add(seconds(i));
        }
        return list.text();
    }
}
