package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power of a station after each call that changes its store, and takes away what was not forced: of the vault,
 * and of RocksDB's log, tables and manifest. One day is traced with all it writes; a {@link DiskModel} replays it and
 * makes the folder that each loss leaves behind.
 *
 * <p>{@code -Dliuhen.torn.every=1} takes every call with every loss; by default every 5th call is taken with one loss in
 * turn. The figures go to {@code target/torn.md}.
 */
@Tag("world")
class TornStoreTest {
    private static final int EVERY = Integer.getInteger("liuhen.torn.every", 5);
    private static final int ALL_BYTES = 1 << 24;

    @TempDir
    private Path folder;

    private final Map<DiskModel.Loss, Integer> images = new EnumMap<>(DiskModel.Loss.class);
    private final List<String> troubles = new ArrayList<>();

    @Test
    void nothing_promised_is_lost_with_what_was_not_forced() throws Exception {
        Laboratory laboratory = new Laboratory(folder);
        laboratory.observed("warm-up", 0);
        Laboratory.Day day = laboratory.observed("day", ALL_BYTES);
        assertThat(day.exit()).as(day.log()).isZero();
        Path printed = day.data().resolveSibling("printed");
        DiskModel disk = new DiskModel(day.data());
        StringBuilder told = new StringBuilder();
        int changes = 0;
        for (SystemCall call : SystemCall.read(day.data().resolveSibling("trace"))) {
            if (call.name().equals("write") && call.paths().contains(printed)) {
                told.append(new String(call.written(), StandardCharsets.US_ASCII));
            } else if (call.changing() && !call.path().startsWith(day.data().resolve("natives"))) {
                disk.replay(call);
                if (call.path().startsWith(day.data()) && changes++ % EVERY == 0) {
                    cut(disk, changes, call, told.toString());
                }
            } else {
                disk.replay(call);
            }
        }
        assertThat(told.toString()).isEqualTo(Files.readString(printed));
        assertThat(disk.differences(day.data()))
                .as("what the model has missed")
                .allMatch(difference -> difference.contains("data/natives"));
        for (DiskModel.Loss loss : DiskModel.Loss.values()) {
            cut(disk, changes, loss, "the end", told.toString());
        }
        StringBuilder table = new StringBuilder("| What was not forced | images opened |\n|---|---|\n");
        images.forEach((loss, count) -> table.append("| ")
                .append(loss.words())
                .append(" | ")
                .append(count)
                .append(" |\n"));
        table.append("\nLost or wrong: ").append(troubles.size()).append("\n");
        Files.writeString(Path.of("target", "torn.md"), table.toString());
        assertThat(troubles).as(String.join("\n\n", troubles)).isEmpty();
    }

    private void cut(DiskModel disk, int number, SystemCall after, String told) throws Exception {
        List<DiskModel.Loss> losses = List.of(DiskModel.Loss.values());
        DiskModel.Loss inTurn = losses.get(number / EVERY % losses.size());
        String where = after.name() + " " + folder.relativize(after.path());
        for (DiskModel.Loss loss : EVERY == 1 ? losses : List.of(inTurn)) {
            cut(disk, number, loss, where, told);
        }
    }

    private void cut(DiskModel disk, int number, DiskModel.Loss loss, String where, String told) throws Exception {
        Path image = folder.resolve("image-" + number + "-" + loss);
        disk.lose(loss, image);
        images.merge(loss, 1, Integer::sum);
        try {
            new Aftermath(image, Promises.of(told)).check();
            Laboratory.remove(image);
        } catch (Exception | AssertionError e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            troubles.add(loss + " after call " + number + ", " + where + ": " + text);
        }
    }
}
