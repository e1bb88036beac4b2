package org.liuhen.ingest.media.signed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The units of a small MP4 file of known making, as a list that a test can cut, swap and alter. */
final class SampleUnits {
    private static final double PICTURES_PER_SECOND = 30;

    /** @param picture which picture it came with, from 0 */
    record Unit(byte[] bytes, int picture) {
        boolean opens(PictureCoding coding) {
            return coding.kind(bytes) == PictureCoding.Kind.OPENING;
        }
    }

    private SampleUnits() {}

    static List<Unit> of(Path file) {
        try {
            return units(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Remark> check(List<Unit> units, PictureCoding coding, TrustedRoots roots) {
        SignatureCheck check = new SignatureCheck(coding, roots);
        feed(units, check);
        if (check.again().isPresent()) {
            check = check.again().get();
            feed(units, check);
        }
        return check.conclude();
    }

    private static void feed(List<Unit> units, SignatureCheck check) {
        for (Unit unit : units) {
            check.accept(unit.bytes, unit.picture / PICTURES_PER_SECOND, (unit.picture + 1) / PICTURES_PER_SECOND);
        }
    }

    private static List<Unit> units(ByteBuffer file) {
        ByteBuffer table = box(file, "moov", "trak", "mdia", "minf", "stbl");
        ByteBuffer sizes = box(table.duplicate(), "stsz");
        ByteBuffer chunks = box(table.duplicate(), "stsc");
        ByteBuffer offsets = box(table.duplicate(), "stco");
        List<Unit> units = new ArrayList<>();
        int sample = 0;
        for (int chunk = 1; chunk <= offsets.getInt(4); chunk++) {
            int at = offsets.getInt(4 + 4 * chunk);
            for (int i = 0; i < inChunk(chunks, chunk); i++) {
                int size = sizes.getInt(12 + 4 * sample);
                take(file.slice(at, size), sample++, units);
                at += size;
            }
        }
        return units;
    }

    private static int inChunk(ByteBuffer chunks, int chunk) {
        int count = 0;
        for (int i = 0; i < chunks.getInt(4); i++) {
            if (chunks.getInt(8 + 12 * i) <= chunk) {
                count = chunks.getInt(12 + 12 * i);
            }
        }
        return count;
    }

    private static void take(ByteBuffer sample, int picture, List<Unit> units) {
        while (sample.remaining() > 4) {
            byte[] unit = new byte[sample.getInt()];
            sample.get(unit);
            units.add(new Unit(unit, picture));
        }
    }

    /** The first box along a path, without its header. */
    private static ByteBuffer box(ByteBuffer in, String... path) {
        ByteBuffer inside = in.duplicate();
        for (String name : path) {
            byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
            while (true) {
                int length = inside.getInt(inside.position());
                byte[] found = new byte[4];
                inside.get(inside.position() + 4, found);
                if (Arrays.equals(wanted, found)) {
                    inside = inside.slice(inside.position() + 8, length - 8);
                    break;
                }
                inside.position(inside.position() + length);
            }
        }
        return inside;
    }
}
