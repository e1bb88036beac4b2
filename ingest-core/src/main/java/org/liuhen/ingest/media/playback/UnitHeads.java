package org.liuhen.ingest.media.playback;

/** How units of pictures are known by their first bytes. */
enum UnitHeads {
    /** Source: ITU-T H.264, 7.3.1 and 7.3.3. */
    H264 {
        @Override
        Head read(byte[] head, long bytes) {
            int first = head[0] & 0xff;
            int weight = first >> 5;
            if (first >= 0x80) {
                return NOTHING;
            }
            return switch (first & 0x1f) {
                case 1 -> slice(head, Kind.SLICE);
                case 5 -> weight > 0 ? slice(head, Kind.KEY_SLICE) : NOTHING;
                case 6 -> of(Kind.OTHER, weight == 0 && bytes <= MOST_INFORMATION_BYTES && (at(head, 1) & 0xff) < 0xff);
                case 7 -> of(Kind.SEQUENCE, weight > 0 && bytes >= 5 && bytes <= MOST_PARAMETER_BYTES);
                case 8 -> of(Kind.PICTURE, weight > 0 && bytes <= MOST_PARAMETER_BYTES);
                case 9 -> of(Kind.OTHER, weight == 0 && bytes == 2 && (at(head, 1) & 0x1f) == 0x10);
                default -> NOTHING;
            };
        }

        /** Its place, its kind and the parameters that it goes by. */
        private Head slice(byte[] head, Kind kind) {
            SequenceParameters.Bits bits = new SequenceParameters.Bits(head);
            try {
                bits.skip(8);
                int place = bits.number();
                boolean plausible = place < MOST_SLICES && bits.number() < 10 && bits.number() < MOST_PARAMETER_SETS;
                return plausible ? new Head(kind, place == 0) : NOTHING;
            } catch (NotIndexed ignored) {
                return NOTHING;
            }
        }
    },
    /** Source: ITU-T H.265, 7.3.1.2 and 7.3.6.1. */
    H265 {
        @Override
        Head read(byte[] head, long bytes) {
            int type = (head[0] & 0xff) >> 1;
            boolean plain = head[0] >= 0 && (head[0] & 1) == 0 && (at(head, 1) & 0xf8) == 0 && (at(head, 1) & 7) > 0;
            if (!plain) {
                return NOTHING;
            }
            return switch (type) {
                case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> slice(head, Kind.SLICE);
                case 16, 17, 18, 19, 20, 21 -> slice(head, Kind.KEY_SLICE);
                case 32 -> of(Kind.VIDEO, bytes <= MOST_PARAMETER_BYTES);
                case 33 -> of(Kind.SEQUENCE, bytes <= MOST_PARAMETER_BYTES);
                case 34 -> of(Kind.PICTURE, bytes <= MOST_PARAMETER_BYTES);
                case 35 -> of(Kind.OTHER, bytes == 3);
                case 39, 40 -> of(Kind.OTHER, bytes <= MOST_INFORMATION_BYTES);
                default -> NOTHING;
            };
        }

        /** Whether it is a picture's first, and the parameters that it goes by. */
        private Head slice(byte[] head, Kind kind) {
            SequenceParameters.Bits bits = new SequenceParameters.Bits(head);
            try {
                bits.skip(16);
                boolean first = bits.take(1) == 1;
                bits.skip(kind == Kind.KEY_SLICE ? 1 : 0);
                boolean plausible = bits.number() < MOST_PARAMETER_SETS && (!first || bits.number() < 3);
                return plausible ? new Head(kind, first) : NOTHING;
            } catch (NotIndexed ignored) {
                return NOTHING;
            }
        }
    };

    /** What a unit is. */
    enum Kind {
        SLICE,
        KEY_SLICE,
        /** Parameters of all of it (H.265). */
        VIDEO,
        SEQUENCE,
        PICTURE,
        /** Another that belongs to a picture. */
        OTHER,
        /** Not a unit at all. */
        NONE
    }

    /** @param beginsPicture of a slice, whether it is the first of its picture */
    record Head(Kind kind, boolean beginsPicture) {}

    /** How many bytes of a unit are wanted, if it has as many. */
    static final int MOST_BYTES = 12;

    static final int MOST_PARAMETER_BYTES = 1024;

    private static final int MOST_INFORMATION_BYTES = 1 << 18;
    private static final int MOST_SLICES = 139_264;
    private static final int MOST_PARAMETER_SETS = 16;
    private static final Head NOTHING = new Head(Kind.NONE, false);

    /**
     * What begins so.
     *
     * @param head its first bytes, at least 2
     * @param bytes how long it says it is
     */
    abstract Head read(byte[] head, long bytes);

    private static Head of(Kind kind, boolean so) {
        return so ? new Head(kind, false) : NOTHING;
    }

    private static byte at(byte[] head, int index) {
        return index < head.length ? head[index] : 0;
    }
}
