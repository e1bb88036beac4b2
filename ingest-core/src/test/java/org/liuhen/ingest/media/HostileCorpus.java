package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.clip.Mask;
import org.liuhen.ingest.media.clip.MaskKey;
import org.liuhen.ingest.media.clip.Stretch;

/** Hands hostile files to children, one after another, and looks at what comes of each. One thread. */
final class HostileCorpus implements AutoCloseable {
    static final String SECRET = "canary-7f3a91";

    private static final ClipOrder CLIP = ClipOrder.of(ClipPart.of(0.3, 1.2)
            .masked(List.of(
                    new Mask(new Stretch(0.5, 0.8), Mask.Kind.BLUR, List.of(new MaskKey(0.5, 0.2, 0.2, 0.3, 0.3)))))
            .hushed(List.of(new Stretch(0.4, 0.6)), List.of()));

    private final Path folder;
    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS.withLeastTime(Duration.ofMinutes(2)));
    private final Map<String, Integer> counts = new TreeMap<>();
    private int files;

    /** @param folder for all files that come and go */
    HostileCorpus(Path folder) {
        this.folder = folder;
    }

    /** Two seconds of every usual kind, small. */
    static List<Path> samples(Path folder) throws IOException {
        List<Path> samples = new ArrayList<>();
        for (FootageSpec.Container container : FootageSpec.Container.values()) {
            FootageSpec spec = SampleMedia.usual(
                    FootageSpec.of(
                                    "BWC-0001",
                                    java.time.Instant.parse("2026-03-01T00:00:00Z"),
                                    java.time.ZoneId.of("Asia/Shanghai"),
                                    Duration.ofSeconds(2),
                                    FootageSpec.Scene.STREET)
                            .withSize(160, 90, 10),
                    container);
            samples.add(SampleMedia.made(folder, "sample." + container.name().toLowerCase(java.util.Locale.ROOT), spec)
                    .file());
        }
        return samples;
    }

    /**
     * Has a file made playable.
     *
     * @return what came of it, which is an outcome with a reason, in time
     */
    RenderOutcome tried(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        Path out = Files.createDirectory(folder.resolve("out-" + ++files));
        RenderOutcome outcome = tools.render(file, out);
        String word = outcome.match(
                playable -> "playable",
                unplayable -> "unplayable: " + unplayable.reason(),
                crashed -> "crashed: " + crashed.how(),
                hindered -> "hindered: " + hindered.how(),
                stopped -> "stopped");
        counts.merge(word, 1, Integer::sum);
        String reason = outcome.match(
                playable -> "none needed",
                unplayable -> unplayable.reason() + unplayable.detail(),
                RenderOutcome.Crashed::how,
                hindered -> "",
                stopped -> "");
        assertThat(reason).as("%s: %s", name, outcome).isNotBlank().doesNotContain("root:", SECRET);
        try (Stream<Path> made = Files.list(out)) {
            for (Path one : made.toList()) {
                assertThat(Files.readString(one, StandardCharsets.ISO_8859_1))
                        .as(name)
                        .doesNotContain("root:x:", SECRET);
                Files.delete(one);
            }
        }
        Files.delete(out);
        played(name, file);
        cut(name, file);
        Files.delete(file);
        return outcome;
    }

    /** Plans how it is played and makes its first segment: with whatever comes of that, or a reason. */
    private void played(String name, Path file) throws IOException {
        Path planned = Files.createDirectory(folder.resolve("plan-" + files));
        Path made = Files.createDirectory(folder.resolve("piece-" + files));
        PieceOutcome outcome = tools.plan(file, planned, false);
        if (outcome instanceof PieceOutcome.Made) {
            outcome = tools.segment(file, planned.resolve(MediaTools.PLAN), 0, made, false);
        }
        counts.merge("segment: " + outcome.getClass().getSimpleName(), 1, Integer::sum);
        if (outcome instanceof PieceOutcome.NotMade not) {
            assertThat(not.why()).as(name).isNotBlank().doesNotContain("root:", SECRET);
        }
        for (Path folder : List.of(planned, made)) {
            try (Stream<Path> left = Files.list(folder)) {
                for (Path one : left.toList()) {
                    assertThat(Files.readString(one, StandardCharsets.ISO_8859_1))
                            .as(name)
                            .doesNotContain("root:x:", SECRET);
                    Files.delete(one);
                }
            }
            Files.delete(folder);
        }
    }

    /** Cuts a clip of it to the very picture, with something hidden: with whatever comes of that, or a reason. */
    private void cut(String name, Path file) throws IOException {
        Path clip = folder.resolve("clip-" + files + ".mp4");
        ClipOutcome outcome = tools.cut(CLIP, List.of(file), clip, seconds -> {});
        counts.merge("clip: " + outcome.getClass().getSimpleName(), 1, Integer::sum);
        if (outcome instanceof ClipOutcome.NotCut not) {
            assertThat(not.why()).as(name).isNotBlank().doesNotContain("root:", SECRET);
        } else {
            assertThat(Files.readString(clip, StandardCharsets.ISO_8859_1))
                    .as(name)
                    .doesNotContain("root:x:", SECRET);
            Files.delete(clip);
        }
    }

    /** How many files came to what. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** How many processes it took. */
    long children() {
        return tools.pool().started();
    }

    boolean isSandboxed() {
        return tools.sandboxMissing().isEmpty();
    }

    @Override
    public void close() {
        tools.close();
    }
}
