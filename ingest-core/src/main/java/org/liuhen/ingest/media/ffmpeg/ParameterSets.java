package org.liuhen.ingest.media.ffmpeg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The parameter sets that pictures of H.264 are decoded with, as they stand in the head of an MP4 file.
 * Source: ISO/IEC 14496-15, 5.3.3.1; ITU-T H.264, 7.3.2.
 */
final class ParameterSets {
    static final int SEQUENCE = 7;
    static final int PICTURE = 8;
    private static final int TYPE_MASK = 0x1f;
    private static final int MOST_SEQUENCE_SETS = 31;
    private static final int MOST_SETS = 255;
    private static final int SEQUENCE_HEAD_BITS = 24;
    private static final Set<Integer> SHORT_PROFILES = Set.of(66, 77, 88);

    private final List<byte[]> sequence = new ArrayList<>();
    private final List<byte[]> picture = new ArrayList<>();

    /** @param extradata as FFmpeg has it: {@code avcC}, or units with start codes */
    static ParameterSets of(ByteBuffer extradata) throws NotCopyable {
        ParameterSets sets = new ParameterSets();
        List<byte[]> units = new ArrayList<>();
        if (H264Units.lengthBytes(extradata) == 0) {
            PictureUnits.each(extradata.duplicate(), 0, units::add);
        } else {
            described(extradata.duplicate(), units);
        }
        for (byte[] unit : units) {
            if (type(unit) == SEQUENCE) {
                sets.sequence.add(unit);
            } else if (type(unit) == PICTURE) {
                sets.picture.add(unit);
            }
        }
        if (sets.sequence.isEmpty() || sets.picture.isEmpty() || sets.sequence.get(0).length < 4) {
            throw new NotCopyable("parameter sets are missing");
        }
        return sets;
    }

    private static void described(ByteBuffer description, List<byte[]> units) throws NotCopyable {
        try {
            description.position(description.position() + 5);
            for (int mask : new int[] {0x1f, 0xff}) {
                int count = description.get() & mask;
                for (int i = 0; i < count; i++) {
                    byte[] unit = new byte[description.getShort() & 0xffff];
                    description.get(unit);
                    units.add(unit);
                }
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new NotCopyable("parameter sets are torn", e);
        }
    }

    static int type(byte[] unit) {
        return unit.length == 0 ? 0 : unit[0] & TYPE_MASK;
    }

    /** Whether a unit is no parameter set, or one that is here. */
    boolean knows(byte[] unit) {
        int type = type(unit);
        List<byte[]> sets = type == SEQUENCE ? sequence : type == PICTURE ? picture : List.of();
        return (type != SEQUENCE && type != PICTURE) || sets.stream().anyMatch(set -> Arrays.equals(set, unit));
    }

    /** The numbers that pictures call these sets by. */
    private static Set<Integer> ids(List<byte[]> sets, int headBits) throws NotCopyable {
        Set<Integer> ids = new HashSet<>();
        for (byte[] set : sets) {
            UnitBits bits = new UnitBits(set);
            bits.skip(headBits);
            ids.add(bits.number());
        }
        return ids;
    }

    /** A number that no set of a sequence has. */
    int freeSequenceId() throws NotCopyable {
        return free(ids(sequence, SEQUENCE_HEAD_BITS), MOST_SEQUENCE_SETS);
    }

    /** A number that no set of a picture has. */
    int freePictureId() throws NotCopyable {
        return free(ids(picture, 0), MOST_SETS);
    }

    private static int free(Set<Integer> taken, int most) throws NotCopyable {
        for (int id = 0; id <= most; id++) {
            if (!taken.contains(id)) {
                return id;
            }
        }
        throw new NotCopyable("no number is free for further parameter sets");
    }

    /** The same sets by other numbers. There is one of each, and pictures are coded without CABAC. */
    ParameterSets renumbered(int sequenceId, int pictureId) throws NotCopyable {
        if (sequence.size() != 1 || picture.size() != 1) {
            throw new NotCopyable("the encoder has more than one parameter set");
        }
        UnitBits ofSequence = new UnitBits(sequence.get(0));
        ofSequence.skip(SEQUENCE_HEAD_BITS);
        UnitBits coding = new UnitBits(picture.get(0));
        coding.number();
        coding.number();
        if (coding.bit() != 0) {
            throw new NotCopyable("the encoder uses CABAC");
        }
        ParameterSets renumbered = new ParameterSets();
        renumbered.sequence.add(ofSequence.with(UnitBits.numbers(sequenceId)));
        renumbered.picture.add(new UnitBits(picture.get(0)).with(UnitBits.numbers(pictureId, sequenceId)));
        return renumbered;
    }

    /** Part of a picture that goes by another set of this number. */
    static byte[] renumbered(byte[] slice, int pictureId) throws NotCopyable {
        UnitBits bits = new UnitBits(slice);
        bits.number(); // where it begins
        bits.number(); // its type
        return bits.with(UnitBits.numbers(pictureId));
    }

    /** Both as an {@code avcC} whose units have lengths of four bytes. */
    byte[] with(ParameterSets others) throws NotCopyable {
        List<byte[]> sequences = new ArrayList<>(sequence);
        sequences.addAll(others.sequence);
        List<byte[]> pictures = new ArrayList<>(picture);
        pictures.addAll(others.picture);
        if (sequences.size() > MOST_SEQUENCE_SETS || pictures.size() > MOST_SETS) {
            throw new NotCopyable("there are too many parameter sets");
        }
        byte[] first = sequence.get(0);
        int level = 0;
        for (byte[] set : sequences) {
            level = Math.max(level, set[3] & 0xff);
        }
        ByteArrayOutputStream description = new ByteArrayOutputStream();
        description.writeBytes(new byte[] {1, first[1], first[2], (byte) level, (byte) 0xff});
        description.write(0xe0 | sequences.size());
        sequences.forEach(set -> write(description, set));
        description.write(pictures.size());
        pictures.forEach(set -> write(description, set));
        if (!SHORT_PROFILES.contains(first[1] & 0xff)) {
            description.writeBytes(new byte[] {(byte) 0xfd, (byte) 0xf8, (byte) 0xf8, 0}); // 4:2:0, 8 bits
        }
        return description.toByteArray();
    }

    private static void write(ByteArrayOutputStream to, byte[] unit) {
        to.write(unit.length >> 8);
        to.write(unit.length);
        to.writeBytes(unit);
    }
}
