package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.sandbox.ChildPool;
import org.liuhen.ingest.media.sandbox.Reply;
import org.liuhen.ingest.media.sandbox.Sandbox;
import org.liuhen.ingest.media.sandbox.SandboxMode;
import org.liuhen.ingest.media.sandbox.WorkLimits;

/** Runs with and without a sandbox where this machine allows one, and without where it does not. */
class ChildLauncherTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long MUCH = 1L << 30;

    @TempDir
    static Path footage;

    static Path street = Path.of("");

    @TempDir
    Path folder;

    private final ChildLauncher launcher = new ChildLauncher(SampleMedia.SETTINGS);

    @BeforeAll
    static void make_footage() throws IOException {
        street = SampleMedia.made(footage, "street.mp4", SampleMedia.spec(FootageSpec.Scene.STREET))
                .file();
    }

    @AfterEach
    void end_children() {
        launcher.close();
    }

    private static boolean sandboxed() {
        return Sandbox.of(SandboxMode.PREFERRED).isThere();
    }

    private ChildOutcome probe(ChildLauncher with, Path file) throws IOException {
        return with.run(List.of("probe", file.toString()), folder, LONG, MUCH);
    }

    private void assertProbed(ChildLauncher with, Path file) throws IOException {
        assertThat(probe(with, file)).isInstanceOf(ChildOutcome.Answered.class);
        assertThat(((ChildOutcome.Answered) probe(with, file)).json()).contains("\"outcome\":\"probed\"");
    }

    /** The Java program itself, which a sandbox and its own first process are around. */
    private static ProcessHandle java(ProcessHandle first) {
        return Stream.concat(Stream.of(first), first.descendants())
                .filter(one -> one.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
    }

    private Path exchangeOf(ProcessHandle child) throws IOException {
        Path children = SampleMedia.NATIVES.resolveSibling("children");
        try (Stream<Path> all = Files.walk(children, 2)) {
            for (Path one : all.filter(path -> path.getParent() != null
                            && children.equals(path.getParent().getParent()))
                    .toList()) {
                String command =
                        String.join(" ", child.info().arguments().map(List::of).orElse(List.of()));
                if (command.contains(one + "/out")) {
                    return one;
                }
            }
        }
        throw new AssertionError("the child has no exchange");
    }

    @Test
    void one_child_does_many_pieces_of_work() throws IOException {
        for (int i = 0; i < 30; i++) {
            assertThat(probe(launcher, street)).isInstanceOf(ChildOutcome.Answered.class);
        }
        assertThat(launcher.pool().started()).isEqualTo(1);
    }

    @Test
    void a_child_is_let_go_after_so_many_pieces_and_replaced_ahead_of_need() throws IOException {
        for (int i = 0; i < ChildPool.MOST_ORDERS; i++) {
            assertThat(probe(launcher, street)).isInstanceOf(ChildOutcome.Answered.class);
        }
        // the second was started without being asked for
        assertThat(launcher.pool().started()).isEqualTo(2);
    }

    @Test
    void a_child_that_says_nothing_is_ended_and_another_asked_next_time() throws Exception {
        assertProbed(launcher, street);
        ProcessHandle child = launcher.pool().waiting().get(0);
        Signals.stop(child);
        ChildOutcome outcome = launcher.run(List.of("probe", street.toString()), folder, Duration.ofMillis(100), MUCH);
        assertThat(outcome).isEqualTo(new ChildOutcome.Died("it took longer than 0 s"));
        child.onExit().join();
        assertProbed(launcher, street);
    }

    @Test
    void processor_time_is_limited_for_each_piece_of_work() throws IOException {
        assertThat(endless(new WorkLimits(LONG, Duration.ofMillis(500), MUCH)).how())
                .isEqualTo("it used more than 0 s of processor time");
    }

    @Test
    void what_is_written_is_limited_for_each_piece_of_work() throws IOException {
        assertThat(endless(new WorkLimits(LONG, LONG, 1000)).how()).isEqualTo("it wrote more than 0 MiB");
    }

    /** Footage of an hour in full size, which takes long and is large. */
    private Reply endless(WorkLimits limits) throws IOException {
        List<String> order = new ArrayList<>(List.of("footage", "output=long.ts", "container=MPEGTS"));
        order.addAll(List.of("pictures=H264", "sound=NONE", "label=BWC", "start=2026-03-01T08:00:00", "seconds=3600"));
        order.addAll(List.of("width=1920", "height=1080", "rate=30", "scene=STREET", "seed=1"));
        Optional<Reply> reply = launcher.pool().ask(order, limits, MUCH, folder, seconds -> {});
        assertThat(folder).isEmptyDirectory();
        return reply.orElseThrow();
    }

    @Test
    void a_child_in_a_sandbox_sees_its_exchange_and_no_other_file_and_no_network() throws IOException {
        assertProbed(launcher, street);
        ProcessHandle child = launcher.pool().waiting().get(0);
        Path process = Path.of("/proc", Long.toString(java(child).pid()));
        if (!sandboxed()) {
            assertThat(launcher.sandboxMissing()).isPresent();
            return;
        }
        Path root = process.resolve("root");
        assertThat(root.resolve("liuhen/in")).isEmptyDirectory();
        assertThat(root.resolve("etc/passwd")).doesNotExist();
        assertThat(root.resolve(street.toString().substring(1))).doesNotExist();
        String mounts = Files.readString(process.resolve("mountinfo"), StandardCharsets.UTF_8);
        assertThat(mounts.lines()
                        .map(line -> line.split(" ", -1))
                        .filter(fields -> fields[5].startsWith("rw"))
                        .map(fields -> fields[4]))
                .doesNotContain("/", "/liuhen/in", "/liuhen/natives", "/usr", "/dev")
                .contains("/liuhen/out");
        assertThat(Files.readString(process.resolve("net/dev"), StandardCharsets.UTF_8)
                        .lines()
                        .skip(2)
                        .map(line -> line.strip().split(":", -1)[0]))
                .containsExactly("lo");
        assertThat(Files.readString(process.resolve("status"), StandardCharsets.UTF_8))
                .contains("NoNewPrivs:\t1")
                .containsPattern("CapEff:\t0+\n");
    }

    @Test
    void what_was_lent_is_taken_back_and_the_file_is_as_it_was() throws IOException {
        byte[] before = Files.readAllBytes(street);
        assertProbed(launcher, street);
        Path exchange = exchangeOf(launcher.pool().waiting().get(0));
        assertThat(exchange.resolve("in")).isEmptyDirectory();
        assertThat(exchange.resolve("out")).isEmptyDirectory();
        assertThat(Files.readAllBytes(street)).isEqualTo(before);
        assertThat(Files.getAttribute(street, "unix:nlink")).isEqualTo(1);
        launcher.close();
        assertThat(exchange).doesNotExist();
    }

    @Test
    void without_a_sandbox_the_work_is_the_same() throws IOException {
        try (ChildLauncher plain = new ChildLauncher(SampleMedia.SETTINGS.withSandbox(SandboxMode.OFF))) {
            assertThat(plain.sandboxMissing()).isPresent();
            assertProbed(plain, street);
            assertProbed(plain, street);
            assertThat(plain.pool().started()).isEqualTo(1);
        }
    }

    @Test
    void a_large_file_of_another_file_system_is_read_too() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path elsewhere = Files.createTempDirectory(Files.isWritable(memory) ? memory : folder, "liuhen-elsewhere");
        Path large = elsewhere.resolve("large.mp4");
        try {
            Files.copy(street, large);
            try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
                file.setLength(20L << 20);
            }
            assertProbed(launcher, large);
        } finally {
            Files.deleteIfExists(large);
            Files.delete(elsewhere);
        }
    }

    @Test
    void what_a_program_that_is_gone_has_left_is_removed() throws IOException {
        Path left = SampleMedia.NATIVES.resolveSibling("children/999999999.1/7/in");
        Files.createDirectories(left);
        Files.writeString(left.resolve("0"), "an original", StandardCharsets.UTF_8);
        assertProbed(launcher, street);
        assertThat(SampleMedia.NATIVES.resolveSibling("children/999999999.1")).doesNotExist();
    }
}
