package org.liuhen.ingest.media;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.Said;

/** What came of making an original playable. */
public sealed interface RenderOutcome {
    /**
     * A browser can play it.
     *
     * @param repackaged whether everything could be taken over without encoding it again
     */
    record Playable(Media media, boolean repackaged, List<Finding> findings) implements RenderOutcome {
        public Playable {
            findings = List.copyOf(findings);
        }

        /** The same with further findings. */
        Playable with(List<Finding> more) {
            return new Playable(
                    media,
                    repackaged,
                    Stream.concat(findings.stream(), more.stream()).toList());
        }
    }

    /**
     * Nobody can.
     *
     * @param reason one word that stays the same: {@code empty}, {@code unknown-format}, {@code truncated}, {@code
     *     no-streams}, {@code undecodable}, {@code excessive}, {@code crashed}
     * @param said why, for people
     */
    record Unplayable(String reason, List<Said> said) implements RenderOutcome {
        public Unplayable {
            said = List.copyOf(said);
        }

        public String detail() {
            return Said.english(said);
        }
    }

    /** The child died on it. It may be the file or an accident: worth another try. */
    record Crashed(String how) implements RenderOutcome {}

    /** The machine could not: no space, no memory, no way to start a child. The file is not to blame. */
    record Hindered(String how) implements RenderOutcome {}

    /** This program is closing. */
    record Stopped() implements RenderOutcome {}

    default <T> T match(
            Function<Playable, T> playable,
            Function<Unplayable, T> unplayable,
            Function<Crashed, T> crashed,
            Function<Hindered, T> hindered,
            Function<Stopped, T> stopped) {
        if (this instanceof Playable outcome) {
            return playable.apply(outcome);
        }
        if (this instanceof Unplayable outcome) {
            return unplayable.apply(outcome);
        }
        if (this instanceof Crashed outcome) {
            return crashed.apply(outcome);
        }
        return this instanceof Hindered outcome ? hindered.apply(outcome) : stopped.apply((Stopped) this);
    }
}
