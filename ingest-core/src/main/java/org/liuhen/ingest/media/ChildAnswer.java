package org.liuhen.ingest.media;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.signed.SignatureCheck;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StoredJson;

/** A child's answer as it comes; which members are there depends on {@code outcome}. */
record ChildAnswer(
        @Nullable String outcome,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable List<Said> said,
        boolean shortage,
        @Nullable Media media,
        boolean picturesCopied,
        boolean soundCopied,
        @Nullable List<Finding> findings,
        double fromSeconds,
        double toSeconds) {
    private static final int MAX_TEXT = 500;
    private static final int MAX_SAID = 20;
    private static final String NONSENSE = "its answer makes no sense: ";

    /** @return what the answer means; an answer that means nothing counts as a crash, because the child may be captured */
    static RenderOutcome rendered(String json) {
        ChildAnswer answer;
        try {
            answer = StoredJson.MAPPER.readValue(json, ChildAnswer.class);
        } catch (JsonProcessingException e) {
            return new RenderOutcome.Crashed(NONSENSE + e.getOriginalMessage());
        }
        return answer.rendered();
    }

    private RenderOutcome rendered() {
        String outcome = this.outcome == null ? "" : this.outcome;
        Media media = this.media;
        if (outcome.equals("ready") && media != null) {
            boolean repackaged =
                    (media.video() == null || picturesCopied()) && (media.audio() == null || soundCopied());
            List<Finding> found = findings == null ? List.of() : findings;
            return new RenderOutcome.Playable(
                    media, repackaged, found.stream().map(ChildAnswer::cleaned).toList());
        }
        if (outcome.equals("unplayable")) {
            return new RenderOutcome.Unplayable(
                    text(reason()), said == null ? List.of(quoted(text(detail()))) : cleaned(said));
        }
        return shortage() ? new RenderOutcome.Hindered(text(detail())) : new RenderOutcome.Crashed(text(detail()));
    }

    /** @throws IOException if not all that was wanted of a file could be made */
    static List<Finding> made(String json, Path original) throws IOException {
        ChildAnswer answer = StoredJson.MAPPER.readValue(json, ChildAnswer.class);
        if (!"made".equals(answer.outcome()) || answer.findings() == null) {
            throw new IOException("make: " + text(json) + ", file=" + original);
        }
        return answer.findings().stream().map(ChildAnswer::cleaned).toList();
    }

    /** What a check of signatures found. */
    static List<Finding> checked(String json) {
        try {
            ChildAnswer answer = StoredJson.MAPPER.readValue(json, ChildAnswer.class);
            if ("checked".equals(answer.outcome()) && answer.findings() != null) {
                return answer.findings().stream().map(ChildAnswer::cleaned).toList();
            }
            return List.of(Finding.of(SignatureCheck.UNCHECKED, quoted(text(answer.detail()))));
        } catch (JsonProcessingException e) {
            return List.of(Finding.of(SignatureCheck.UNCHECKED, quoted(NONSENSE + e.getOriginalMessage())));
        }
    }

    static ClipOutcome cut(String json) {
        try {
            ChildAnswer answer = StoredJson.MAPPER.readValue(json, ChildAnswer.class);
            if ("cut".equals(answer.outcome())) {
                boolean repackaged = answer.picturesCopied() && answer.soundCopied();
                return new ClipOutcome.Cut(answer.fromSeconds(), answer.toSeconds(), repackaged);
            }
            return new ClipOutcome.NotCut(text(answer.detail()));
        } catch (JsonProcessingException e) {
            return new ClipOutcome.NotCut(NONSENSE + e.getOriginalMessage());
        }
    }

    static PieceOutcome piece(String json) {
        try {
            ChildAnswer answer = StoredJson.MAPPER.readValue(json, ChildAnswer.class);
            String outcome = String.valueOf(answer.outcome());
            if (outcome.equals("planned") || outcome.equals("made")) {
                return new PieceOutcome.Made();
            }
            return outcome.equals("unplayable")
                    ? new PieceOutcome.NotMade(text(answer.detail()))
                    : new PieceOutcome.Died(text(answer.detail()));
        } catch (JsonProcessingException e) {
            return new PieceOutcome.Died(NONSENSE + e.getOriginalMessage());
        }
    }

    private static Finding cleaned(Finding finding) {
        List<Said> said = finding.said() == null ? null : cleaned(finding.said());
        String detail = said == null ? text(finding.detail()) : Said.english(said);
        return new Finding(text(finding.kind()), detail, finding.from(), finding.to(), said);
    }

    private static List<Said> cleaned(List<Said> said) {
        return said.stream().limit(MAX_SAID).map(ChildAnswer::cleaned).toList();
    }

    private static Said cleaned(Said said) {
        Map<String, String> values = new TreeMap<>();
        said.values().entrySet().stream()
                .limit(MAX_SAID)
                .forEach(value -> values.put(text(value.getKey()), text(value.getValue())));
        return new Said(text(said.sentence()), values);
    }

    private static Said quoted(String words) {
        return Said.of(Sentence.QUOTED, "text", words);
    }

    /** Words that went through somebody else's file: bounded, on one line. */
    private static String text(@Nullable String words) {
        String clean =
                (words == null ? "" : words).replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.length() <= MAX_TEXT ? clean : clean.substring(0, MAX_TEXT) + "…";
    }
}
