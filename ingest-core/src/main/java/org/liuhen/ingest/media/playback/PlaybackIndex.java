package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.liuhen.storage.Media;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything lies in an original that browsers play as it is, so that a player gets it in segments, and somebody an
 * excerpt, without a second copy. Never changes; safe for many threads.
 */
public final class PlaybackIndex {
    /** The playlist's name. */
    public static final String PLAYLIST = "index.m3u8";

    /** Changes whenever the same original would be put together differently. */
    public static final String VERSION = "2";

    /** One index is read at a time, so that the memory for it is needed once. */
    private static final Object READING = new Object();

    private static final Logger LOG = LoggerFactory.getLogger(PlaybackIndex.class);
    private static final String HEAD = "cut-head.mp4";
    private static final Pattern SEGMENT = Pattern.compile("cut-([0-9]{1,7})\\.m4s");
    private static final double LEAST_SEGMENT_SECONDS = 4;
    private static final double HAIR = 0.001;

    /** A segment's first sample of each track, and when it begins. */
    private record Begin(int[] samples, double seconds) {}

    /**
     * An excerpt.
     *
     * @param fromSeconds where it begins: at a key picture, at or before what was asked for
     * @param toSeconds where it ends
     */
    public record Cut(Splice file, double fromSeconds, double toSeconds) {}

    /** Pictures first. */
    private final List<Track> tracks;

    private final List<Begin> segments = new ArrayList<>();
    private final double endSeconds;

    private PlaybackIndex(List<Track> read) throws NotIndexed {
        tracks = placed(read);
        double end = 0;
        for (Track track : tracks) {
            end = Math.max(end, track.endSeconds(track.samples().count()));
        }
        endSeconds = end;
        plan();
    }

    /**
     * Reads the index of an original. Costs a few reads and the time to go through its tables once.
     *
     * @return empty if it is not MP4, MOV or 3GP that every browser plays as it is
     */
    public static Optional<PlaybackIndex> of(Path original) throws IOException {
        try (FileChannel file = FileChannel.open(original, StandardOpenOption.READ)) {
            synchronized (READING) {
                return Optional.of(new PlaybackIndex(Mp4Reader.read(file)));
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException reason) {
            // every place is checked; should one have been forgotten, a file from outside ends no thread
            LOG.warn("playback: a damaged file that was not recognized as one", reason);
            return Optional.empty();
        } catch (NotIndexed reason) {
            LOG.debug("playback: not straight from the original, {}", reason.getMessage());
            return Optional.empty();
        }
    }

    /** Puts the tracks on one line of time that begins with the first picture or sound. */
    private static List<Track> placed(List<Track> read) throws NotIndexed {
        double start = Double.MAX_VALUE;
        boolean pictures = read.get(0).ofPictures();
        List<Track> begun = new ArrayList<>();
        for (Track track : read) {
            Samples samples = track.samples();
            int shown = samples.count();
            while (shown > 0 && samples.shown(shown - 1) >= track.endTicks()) {
                shown--;
            }
            samples.forgetFrom(shown);
            int first = track.ofPictures() ? samples.keyFrom(0) : 0;
            if (first < 0 || samples.count() == 0) {
                if (track.ofPictures() || !pictures) {
                    throw new NotIndexed("samples: none that can be played");
                }
                continue;
            }
            begun.add(track.placed(track.shiftTicks(), first));
            double at = track.seconds(track.earliestShown(first) + track.shiftTicks());
            // sound before zero only warms up the decoder; a picture before zero was hidden by an edit
            start = Math.min(start, track.ofPictures() ? at : Math.max(0, at));
        }
        List<Track> placed = new ArrayList<>();
        for (Track track : begun) {
            long shift = track.shiftTicks() - Math.round(start * track.ticksPerSecond());
            int first =
                    track.ofPictures() ? track.firstSample() : track.samples().countBefore(-shift);
            if (first < track.samples().count()) {
                placed.add(track.placed(shift, first));
            }
        }
        return List.copyOf(placed);
    }

    /** Cuts at the key pictures that are some seconds apart. */
    private void plan() throws NotIndexed {
        Track leading = tracks.get(0);
        Samples samples = leading.samples();
        segments.add(new Begin(tracks.stream().mapToInt(Track::firstSample).toArray(), 0));
        double begun = 0;
        for (int i = samples.keyFrom(leading.firstSample() + 1); i >= 0; i = samples.keyFrom(i + 1)) {
            double at = leading.shownSeconds(i);
            if (at - begun >= LEAST_SEGMENT_SECONDS - HAIR) {
                begun = at;
                segments.add(begin(i, at));
            }
        }
        if (segments.size() > Limits.MOST_SEGMENTS) {
            throw new NotIndexed("segments: " + segments.size());
        }
        for (int i = 0; i < segments.size(); i++) {
            check(segments.get(i).samples(), endOf(i));
        }
    }

    private void check(int[] first, int[] end) throws NotIndexed {
        long bytes = 0;
        long count = 0;
        for (int t = 0; t < first.length; t++) {
            count += end[t] - first[t];
            for (int i = first[t]; i < end[t]; i++) {
                bytes += tracks.get(t).samples().size(i);
            }
        }
        if (bytes > Limits.MOST_SEGMENT_BYTES || count > Limits.MOST_SAMPLES_AT_ONCE) {
            throw new NotIndexed("segment: " + bytes + " bytes in " + count + " samples, for want of key pictures");
        }
    }

    private int[] endOf(int segment) {
        return segment + 1 < segments.size()
                ? segments.get(segment + 1).samples()
                : tracks.stream().mapToInt(track -> track.samples().count()).toArray();
    }

    private Begin begin(int leadingSample, double seconds) {
        int[] first = new int[tracks.size()];
        first[0] = leadingSample;
        for (int t = 1; t < first.length; t++) {
            Track track = tracks.get(t);
            first[t] = Math.max(track.firstSample(), track.countBefore(seconds));
        }
        return new Begin(first, seconds);
    }

    /** What it holds, as far as its index tells. */
    public Media media() {
        Media.Video video = null;
        Media.Audio audio = null;
        for (Track track : tracks) {
            Media.Video pictures = track.entry().video();
            if (pictures != null) {
                double seconds = track.endSeconds(track.samples().count()) - track.shownSeconds(track.firstSample());
                double rate = (track.samples().count() - track.firstSample()) / Math.max(HAIR, seconds);
                video = new Media.Video(pictures.codec(), pictures.width(), pictures.height(), rate);
            } else {
                audio = track.entry().audio();
            }
        }
        return new Media("mov", endSeconds, video, audio);
    }

    /** How many segments it is played in. */
    public int segments() {
        return segments.size();
    }

    /** The playlist: a head and segments, by the names that {@link #file} knows. */
    public String playlist() {
        Playlist list = new Playlist(HEAD, "cut-%d.m4s");
        for (int i = 0; i < segments.size(); i++) {
            list.add(seconds(i));
        }
        return list.text();
    }

    private double seconds(int segment) {
        double end = segment + 1 < segments.size() ? segments.get(segment + 1).seconds() : endSeconds;
        return Math.max(HAIR, end - segments.get(segment).seconds());
    }

    /**
     * The playlist, or what it names.
     *
     * @return empty if it does not name it
     */
    public Optional<Splice> file(String name) {
        if (name.equals(PLAYLIST)) {
            return Optional.of(Splice.written(playlist().getBytes(StandardCharsets.UTF_8)));
        }
        if (name.equals(HEAD)) {
            return Optional.of(Splice.written(MovieHead.ofFragments(tracks)));
        }
        Matcher matcher = SEGMENT.matcher(name);
        int number = matcher.matches() ? Integer.parseInt(matcher.group(1)) : segments.size();
        return number < segments.size() ? Optional.of(segment(number)) : Optional.empty();
    }

    private Splice segment(int number) {
        return Fragment.of(tracks, number, segments.get(number).samples(), endOf(number));
    }

    /**
     * An excerpt as a file of its own, from the last key picture at or before its start.
     *
     * @param fromSeconds from the start of the recording
     * @return empty if nothing is shown then, or it is too long to be put together in memory
     */
    public Optional<Cut> excerpt(double fromSeconds, double toSeconds) {
        Track leading = tracks.get(0);
        Samples samples = leading.samples();
        if (fromSeconds >= endSeconds) {
            return Optional.empty();
        }
        int key = leading.firstSample();
        for (int i = key; i >= 0 && leading.shownSeconds(i) <= fromSeconds + HAIR; i = samples.keyFrom(i + 1)) {
            key = i;
        }
        int last = key;
        for (int i = key;
                i < samples.count()
                        && leading.seconds(samples.decode(i) + leading.shiftTicks())
                                < toSeconds + LEAST_SEGMENT_SECONDS;
                i++) {
            if (leading.shownSeconds(i) < toSeconds - HAIR) {
                last = i;
            }
        }
        double begin = leading.shownSeconds(key);
        int[] first = begin(key, begin).samples();
        int[] end = begin(last + 1, toSeconds).samples();
        int silent = tracks.size() > 1 && end[1] <= first[1] ? 1 : tracks.size();
        if (IntStream.range(0, silent).mapToLong(t -> end[t] - first[t]).sum() > Limits.MOST_SAMPLES_AT_ONCE) {
            return Optional.empty();
        }
        Splice file = new Excerpt(tracks.subList(0, silent), first, end, begin).write();
        return Optional.of(new Cut(file, begin, leading.endSeconds(last + 1)));
    }

    /** How much memory it takes, about. */
    public long weightBytes() {
        return 1024
                + 64L * segments.size()
                + tracks.stream()
                        .mapToLong(track -> track.samples().weightBytes())
                        .sum();
    }
}
