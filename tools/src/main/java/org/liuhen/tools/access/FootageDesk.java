package org.liuhen.tools.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.ondemand.Piece;
import org.liuhen.ingest.media.playback.PlaybackIndex;
import org.liuhen.ingest.media.playback.Playbacks;
import org.liuhen.ingest.media.playback.Salvage;
import org.liuhen.ingest.media.playback.Splice;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Media;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;

/**
 * The counter over which footage is handed out: says who may see what, and writes down who looked before anything is
 * shown. Throws {@link Problem} 401 and 403 for those who may not, 404 for what is not there, 410 for what was disposed of.
 */
public final class FootageDesk {
    private static final Pattern RENDITION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int MAX_REASON = 1_000;
    /** What the page of a recording shows before anybody plays it. */
    private static final Set<String> OF_THE_PAGE =
            Set.of(Renditions.POSTER, Renditions.WAVEFORM, Renditions.STORYBOARD);

    private static final int MOST_ATTACHMENTS = 1_000;

    /** How FFmpeg calls JPEG files; it takes each picture in one for a 25th of a second. */
    private static final String STILLS = "jpeg_pipe";

    /** Behind the picture of a telephone there may be copies of it, smaller or for brighter screens, and no film. */
    private static final double LONGEST_STILL_SECONDS = 0.21;

    private final Catalog catalog;
    private final Vault vault;
    private final Function<OriginalKey, Path> renditions;
    /** What devices call files that browsers play. */
    private static final Set<String> STRAIGHT = Set.of("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4");

    private final @Nullable OnDemand onDemand;
    private final Looks looks;
    private final Playbacks playbacks = new Playbacks();

    /** @param renditions the folder that holds what was derived from an original */
    public FootageDesk(Catalog catalog, Vault vault, Function<OriginalKey, Path> renditions, InstantSource clock) {
        this(catalog, vault, renditions, null, clock);
    }

    /** @param onDemand who makes what is not there yet; null for nobody */
    public FootageDesk(
            Catalog catalog,
            Vault vault,
            Function<OriginalKey, Path> renditions,
            @Nullable OnDemand onDemand,
            InstantSource clock) {
        this.onDemand = onDemand;
        this.catalog = catalog;
        this.vault = vault;
        this.renditions = renditions;
        this.looks = new Looks(catalog, clock);
    }

    /** Recordings by start; see {@link Catalog#recordings}. */
    public Page<Recording> find(Principal who, RecordingQuery query, int limit, @Nullable String cursor)
            throws StorageFailure, Problem {
        Access.RECORDS.require(who);
        return catalog.recordings(query, limit, cursor);
    }

    /** Everything known about one recording. */
    public Recording show(Principal who, RecordingId id) throws StorageFailure, Problem {
        Access.RECORDS.require(who);
        return recording(id);
    }

    /**
     * What is attached to the session of a recording, by start; at most {@value #MOST_ATTACHMENTS}. Empty for an
     * attachment.
     */
    public List<Recording> attachments(Principal who, Recording recording) throws StorageFailure, Problem {
        Access.RECORDS.require(who);
        SessionId session = recording.session();
        if (session == null || recording.attachment() != null) {
            return List.of();
        }
        List<Recording> all = all(RecordingQuery.ofSession(session).withAttachment(true), MOST_ATTACHMENTS);
        return all.size() > MOST_ATTACHMENTS ? all.subList(0, MOST_ATTACHMENTS) : all;
    }

    /** The recordings of a session, by start, without what is attached. */
    public List<Recording> session(Principal who, SessionId session) throws StorageFailure, Problem {
        Access.RECORDS.require(who);
        return all(RecordingQuery.ofSession(session), Integer.MAX_VALUE);
    }

    private List<Recording> all(RecordingQuery query, int enough) throws StorageFailure {
        List<Recording> found = new ArrayList<>();
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(query, Catalog.MAX_PAGE, cursor);
            found.addAll(page.items());
            cursor = page.next();
        } while (cursor != null && found.size() < enough);
        return found;
    }

    /** Every event about a recording, in order. */
    public List<CustodyEvent> custody(Principal who, RecordingId id) throws StorageFailure, Problem {
        Access.RECORDS.require(who);
        recording(id);
        if (who instanceof Principal.OfPerson) {
            looks.record(who, id, EventKind.CUSTODY_READ, Map.of(), null);
        }
        return catalog.custody(id);
    }

    /**
     * The original's file, exactly as it left the device.
     *
     * @param reason why it is wanted, in the person's words
     */
    public Path original(Principal who, RecordingId id, @Nullable String reason) throws StorageFailure, Problem {
        Access.FOOTAGE.require(who);
        Recording recording = present(id);
        Path file = localFile(recording);
        looks.record(who, id, EventKind.DOWNLOADED, Map.of(), checked(reason));
        return file;
    }

    /** The original's file, for somebody who asks about it and takes none of its bytes. */
    public Path locate(Principal who, RecordingId id) throws StorageFailure, Problem {
        Access.FOOTAGE.require(who);
        return localFile(present(id));
    }

    /**
     * Something to look at.
     *
     * @param file where its bytes are
     * @param splice how it is put together from the file, which is an original then; null if it is the file
     */
    public record Shown(Path file, @Nullable Splice splice) {}

    /**
     * What is derived from a recording: {@code index.m3u8} and its pieces, {@code poster.jpg}, see {@link Renditions};
     * {@code picture.jpg} of a still. What plays as it is, is put together from the original.
     *
     * @param name a plain file name
     */
    public Shown rendition(Principal who, RecordingId id, String name) throws StorageFailure, Problem {
        Access.FOOTAGE.require(who);
        Recording recording = present(id);
        if (!RENDITION.matcher(name).matches()) {
            throw new Problem(404, "not-found", "rendition: no such file");
        }
        Path folder = renditions.apply(key(recording));
        boolean choice = name.equals(Renditions.LOW_PLAYLIST) || name.equals(Renditions.MASTER_PLAYLIST);
        // what is small already has no low copy: then there is only one to choose
        String chosen = choice && !Files.isRegularFile(folder.resolve(name)) ? Renditions.PLAYLIST : name;
        Path file = folder.resolve(chosen);
        Shown shown = Files.isRegularFile(file) ? new Shown(file, null) : straight(recording, chosen);
        looks.record(who, id, EventKind.VIEWED, Map.of("what", what(name)), null);
        return shown;
    }

    private static String what(String name) {
        if (name.equals(OnDemand.PICTURE)) {
            return "picture";
        }
        return name.startsWith("storyboard-") ? "storyboard" : OF_THE_PAGE.contains(name) ? "poster" : "playback";
    }

    /** Whether a recording is a picture and no footage, as far as it is known: before it was looked at, as the device says. */
    public static boolean isStill(Recording recording) {
        Media media = recording.media();
        return media == null
                ? recording.contentType().equals("image/jpeg")
                : media.container().equals(STILLS) && media.durationSeconds() <= LONGEST_STILL_SECONDS;
    }

    /**
     * Somebody sees a recording and may soon press play: if children have to make it playable then, one is started now.
     * Returns at once, and starts none where it is not sure that one is needed.
     */
    public void expectViewer(Principal who, Recording recording) {
        OnDemand onDemand = this.onDemand;
        boolean mayPlay = Access.FOOTAGE.allows(who)
                && recording.state() != RecordingState.DISPOSED
                && recording.attachment() == null
                && !Boolean.FALSE.equals(recording.playable());
        if (onDemand != null
                && mayPlay
                && !isForBrowsers(recording)
                && !Files.isRegularFile(renditions.apply(key(recording)).resolve(Renditions.PLAYLIST))) {
            onDemand.expect();
        }
    }

    /** Whether it is most probably played straight from the original. */
    private static boolean isForBrowsers(Recording recording) {
        Media media = recording.media();
        return media == null
                ? STRAIGHT.contains(recording.contentType())
                : (media.container().equals("mov")
                        && (media.video() == null || media.video().codec().equals("h264"))
                        && (media.audio() == null || media.audio().codec().equals("aac")));
    }

    private Shown straight(Recording recording, String name) throws StorageFailure, Problem {
        if (Boolean.FALSE.equals(recording.playable())) {
            throw notPlayable(recording);
        }
        Path original = localFile(recording);
        Optional<PlaybackIndex> index = index(recording.id(), original);
        if (index.isEmpty()) {
            return new Shown(demanded(recording, original, name), null);
        }
        Splice splice = index.get().file(name).orElseThrow(() -> notPlayable(recording));
        return new Shown(original, splice);
    }

    private Path demanded(Recording recording, Path original, String name) throws StorageFailure, Problem {
        Piece piece;
        try {
            piece = onDemand == null ? new Piece.Unknown() : onDemand.file(recording.id(), original, name);
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "segment: cannot be made, recording=" + recording.id(), e);
        }
        if (piece instanceof Piece.Made made) {
            return made.file();
        }
        if (piece instanceof Piece.Busy busy) {
            throw new Problem(503, "busy", "playback: " + busy.why() + ", recording=" + recording.id())
                    .header("retry-after", "2");
        }
        if (piece instanceof Piece.NotMade not) {
            throw new Problem(404, "unplayable", "recording: " + recording.id() + " cannot be played: " + not.why());
        }
        throw notPlayable(recording);
    }

    private Optional<PlaybackIndex> index(RecordingId id, Path original) throws StorageFailure {
        try {
            return playbacks.of(id, original);
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "original: cannot be read, recording=" + id, e);
        }
    }

    /**
     * What an excerpt is cut from.
     *
     * @param file the original
     * @param index where everything lies in it, if it plays as it is
     * @param regained if it has lost its index, what was got back of it: files that are one if they are put together
     */
    public record ClipSource(Recording recording, Path file, Optional<PlaybackIndex> index, List<Path> regained) {}

    /**
     * Writes down that somebody gets an excerpt and returns the original it is cut from.
     *
     * @param fromSeconds from the start of the recording
     */
    public ClipSource clipSource(
            Principal who, RecordingId id, double fromSeconds, double toSeconds, @Nullable String reason)
            throws StorageFailure, Problem {
        Access.FOOTAGE.require(who);
        if (!(fromSeconds >= 0)) {
            throw new InvalidField("from", fromSeconds + " (expected: seconds from the start of the recording)");
        }
        if (!(toSeconds > fromSeconds) || Double.isInfinite(toSeconds)) {
            throw new InvalidField("to", toSeconds + " (expected: seconds, after from)");
        }
        ClipSource source = clipSource(who, id);
        clipped(who, id, Map.of("from", Double.toString(fromSeconds), "to", Double.toString(toSeconds)), reason);
        return source;
    }

    /** What a clip is cut from. Whoever gets one is written down with {@link #clipped} before anything is handed out. */
    public ClipSource clipSource(Principal who, RecordingId id) throws StorageFailure, Problem {
        Access.FOOTAGE.require(who);
        Recording recording = present(id);
        Path file = localFile(recording);
        if (isRepaired(recording)) {
            return new ClipSource(recording, file, Optional.empty(), regained(recording));
        }
        Optional<PlaybackIndex> index = Boolean.FALSE.equals(recording.playable()) ? Optional.empty() : index(id, file);
        if (!Boolean.TRUE.equals(recording.playable()) && index.isEmpty()) {
            throw notPlayable(recording);
        }
        return new ClipSource(recording, file, index, List.of());
    }

    /** Whether a recording is played from what was got back of it. */
    private static boolean isRepaired(Recording recording) {
        return recording.findings().stream().anyMatch(finding -> finding.kind().equals(Salvage.REPAIRED));
    }

    private List<Path> regained(Recording recording) throws StorageFailure, Problem {
        try {
            List<Path> pieces = Renditions.pieces(renditions.apply(key(recording)));
            if (pieces.isEmpty()) {
                throw notPlayable(recording);
            }
            return pieces;
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "rendition: cannot be read, recording=" + recording.id(), e);
        }
    }

    /** Writes down that somebody gets a clip, see {@link EventKind#CLIP_CUT}. Durable on return. */
    public void clipped(Principal who, RecordingId id, Map<String, String> details, @Nullable String reason)
            throws StorageFailure, Problem {
        Access.FOOTAGE.require(who);
        present(id);
        looks.record(who, id, EventKind.CLIP_CUT, details, checked(reason));
    }

    private Recording recording(RecordingId id) throws StorageFailure, Problem {
        return catalog.recording(id, ReadLevel.ACKNOWLEDGED)
                .orElseThrow(() -> new Problem(404, "not-found", "recording: " + id + " is unknown"));
    }

    private Recording present(RecordingId id) throws StorageFailure, Problem {
        Recording recording = recording(id);
        if (recording.state() == RecordingState.DISPOSED) {
            throw new Problem(410, "disposed", "recording: " + id + " was disposed of; its custody events remain");
        }
        return recording;
    }

    private Path localFile(Recording recording) throws StorageFailure {
        return vault.localFile(key(recording))
                .orElseThrow(() -> new StorageFailure(
                        StorageFailure.Kind.MISSING,
                        "original: not among the local files, recording=" + recording.id()));
    }

    private static OriginalKey key(Recording recording) {
        return new OriginalKey(recording.receivedDay(), recording.id());
    }

    private static Problem notPlayable(Recording recording) {
        if (Boolean.TRUE.equals(recording.playable())) {
            return new Problem(404, "not-found", "rendition: no such file, recording=" + recording.id());
        }
        return Boolean.FALSE.equals(recording.playable())
                ? new Problem(404, "unplayable", "recording: " + recording.id() + " cannot be played; see its findings")
                : new Problem(404, "not-ready", "recording: " + recording.id() + " is not playable yet")
                        .header("retry-after", "5");
    }

    private static @Nullable String checked(@Nullable String reason) {
        if (reason == null || reason.isBlank()) {
            return null;
        }
        if (reason.length() > MAX_REASON) {
            throw new InvalidField("reason", "is longer than " + MAX_REASON + " characters");
        }
        return reason.strip();
    }
}
