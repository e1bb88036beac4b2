package org.liuhen.ingest.media.activation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.SessionId;

/**
 * Recordings of one device in the order of time, and the findings {@value #GAP} and {@value #OVERLAP} where one does not
 * go on where the one before it ended. A recording ends when its measured length has passed since the start that the
 * device's own clock told; what it declared as its end is not believed, and one that was not measured ends nowhere, so
 * that nothing is said of what follows it. Pure.
 *
 * <p>{@link #TOLERANCE}: cameras name files by whole seconds, by the first picture or by when the file was opened, which
 * is up to a second either way at both ends. Recordings that begin together within it lie beside one another (a second
 * lens, a small copy) and are not compared.
 *
 * <p>Of recordings without a session only those that follow within {@link #ADJOINING} are taken for one activation:
 * longer than that, somebody has switched the camera off and on again.
 */
public final class Activations {
    public static final String GAP = "gap";
    public static final String OVERLAP = "overlap";

    /** Comes before the other's id in every detail of ours, and in no other finding of these kinds. */
    private static final String NEIGHBOUR = ", recording=";

    static final Duration TOLERANCE = Duration.ofSeconds(2);
    static final Duration ADJOINING = Duration.ofSeconds(10);
    /** Longer than this between two recordings is no gap, whatever session they belong to. */
    static final Duration FARTHEST = Duration.ofDays(1);

    /** Two recordings of which the later does not begin where the earlier ends. */
    private record Seam(Piece earlier, Piece later) {
        /** From the end of the earlier to the start of the later; negative if they overlap. */
        Duration apart() {
            return Duration.between(earlier.end(), later.from);
        }

        /** What is recorded in both; nothing if there is a gap. */
        Duration twice() {
            Duration most = apart().isNegative() ? apart().negated() : Duration.ZERO;
            return later.length != null && later.length.compareTo(most) < 0 ? later.length : most;
        }
    }

    /** @param length null if it was not measured */
    private record Piece(
            Recording recording, Instant from, @Nullable Duration length) {
        RecordingId id() {
            return recording.id();
        }

        Instant end() {
            return from.plus(Objects.requireNonNull(length));
        }
    }

    private final List<Piece> pieces = new ArrayList<>();

    /** @param ofOneDevice in any order; those that cannot be placed in time are left out */
    public Activations(Collection<Recording> ofOneDevice) {
        ofOneDevice.stream()
                .map(Activations::piece)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Piece::from)
                        .thenComparing(piece -> piece.id().hex()))
                .forEach(pieces::add);
    }

    /** Whether a recording may have others before or behind it that it has to join. */
    static boolean isPart(Recording recording) {
        return recording.kind() == RecordingKind.BODY_WORN
                && recording.deviceFrom() != null
                && recording.attachment() == null;
    }

    private static Optional<Piece> piece(Recording recording) {
        Instant from = recording.deviceFrom();
        if (from == null || !isPart(recording)) {
            return Optional.empty();
        }
        Media media = recording.media();
        boolean measured = media != null && media.durationSeconds() > 0;
        Duration length =
                media != null && measured ? Duration.ofMillis(Math.round(media.durationSeconds() * 1000)) : null;
        return Optional.of(new Piece(recording, from, length));
    }

    /** Whether a finding is of the sort that is reckoned here. */
    static boolean isOurs(Finding finding) {
        return (finding.kind().equals(GAP) || finding.kind().equals(OVERLAP))
                && finding.detail().contains(NEIGHBOUR);
    }

    /**
     * What is to be said of a recording, and of those that it may have changed something for.
     *
     * @return the recording itself first, if it is among them; those about which nothing is to be said have no findings
     */
    public Map<RecordingId, List<Finding>> around(RecordingId id) {
        Map<RecordingId, List<Finding>> said = new LinkedHashMap<>();
        int at = 0;
        while (at < pieces.size() && !pieces.get(at).id().equals(id)) {
            at++;
        }
        if (at == pieces.size()) {
            return said;
        }
        List<Seam> seams = seams();
        said.put(id, new ArrayList<>());
        for (int i = Math.max(0, at - 1); i <= Math.min(pieces.size() - 1, at + 1); i++) {
            said.putIfAbsent(pieces.get(i).id(), new ArrayList<>());
        }
        for (Seam seam : seams) {
            if (seam.earlier.id().equals(id) || seam.later.id().equals(id)) {
                said.putIfAbsent(seam.earlier.id(), new ArrayList<>());
                said.putIfAbsent(seam.later.id(), new ArrayList<>());
            }
        }
        for (Seam seam : seams) {
            tell(seam, said);
        }
        return said;
    }

    private List<Seam> seams() {
        List<Seam> seams = new ArrayList<>();
        Map<Optional<SessionId>, Piece> ending = new HashMap<>();
        int known = 0;
        for (Piece later : pieces) {
            for (; isBefore(pieces.get(known), later); known++) {
                end(pieces.get(known), ending);
            }
            Piece earlier = ending.get(session(later));
            if (earlier != null) {
                seam(earlier, later).ifPresent(seams::add);
            }
        }
        return seams;
    }

    private static Optional<SessionId> session(Piece piece) {
        return Optional.ofNullable(piece.recording.session());
    }

    private static boolean isBefore(Piece one, Piece other) {
        return Duration.between(one.from, other.from).compareTo(TOLERANCE) > 0;
    }

    /** Keeps for each session the piece that ends last; none after one of which nobody knows how far it reaches. */
    private static void end(Piece piece, Map<Optional<SessionId>, Piece> ending) {
        Piece last = ending.get(session(piece));
        if (piece.length == null) {
            ending.remove(session(piece));
        } else if (last == null || last.end().isBefore(piece.end())) {
            ending.put(session(piece), piece);
        }
    }

    private static Optional<Seam> seam(Piece earlier, Piece later) {
        Seam seam = new Seam(earlier, later);
        Duration farthest = later.recording.session() == null ? ADJOINING : FARTHEST;
        boolean joins = seam.apart().abs().compareTo(TOLERANCE) <= 0;
        return joins || seam.apart().compareTo(farthest) > 0 ? Optional.empty() : Optional.of(seam);
    }

    private static void tell(Seam seam, Map<RecordingId, List<Finding>> said) {
        Duration length = Objects.requireNonNull(seam.earlier.length);
        Duration apart = seam.apart();
        boolean gap = !apart.isNegative();
        Duration twice = seam.twice();
        Duration from = gap ? length : length.plus(apart);
        List<Finding> later = said.get(seam.later.id());
        if (later != null) {
            later.add(Finding.between(
                    kind(gap),
                    said(seam, seam.earlier, Sentence.GAP_BEFORE, Sentence.OVERLAP_BEFORE),
                    Duration.ZERO,
                    twice));
        }
        List<Finding> earlier = said.get(seam.earlier.id());
        if (earlier != null) {
            earlier.add(Finding.between(
                    kind(gap),
                    said(seam, seam.later, Sentence.GAP_AFTER, Sentence.OVERLAP_AFTER),
                    from,
                    from.plus(gap ? apart : twice)));
        }
    }

    private static String kind(boolean gap) {
        return gap ? GAP : OVERLAP;
    }

    private static Said said(Seam seam, Piece other, Sentence gap, Sentence overlap) {
        boolean twice = seam.apart().isNegative();
        double seconds = (twice ? seam.twice() : seam.apart()).toMillis() / 1000.0;
        return Said.of(
                twice ? overlap : gap,
                "seconds",
                String.format(Locale.ROOT, "%.1f", seconds),
                "begins",
                other.from,
                "recording",
                other.id());
    }
}
