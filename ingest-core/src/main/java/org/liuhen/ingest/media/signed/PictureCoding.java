package org.liuhen.ingest.media.signed;

import java.util.Arrays;

/**
 * How pictures are coded, as far as telling units apart goes.
 * Source: ITU-T H.264, table 7-1; ITU-T H.265, table 7-1.
 */
public enum PictureCoding {
    H264(1),
    H265(2);

    /** What a unit is to a signature. */
    enum Kind {
        /** The first part of a picture that needs no other. */
        OPENING,
        /** Any further part of a picture that is signed. */
        PICTURE,
        /** Supplemental information, which may be a signature. */
        MESSAGE,
        /** Not signed. */
        OTHER
    }

    private static final int FIRST_PART = 0x80;
    private static final int FORBIDDEN = 0x80;

    private final int headerBytes;

    PictureCoding(int headerBytes) {
        this.headerBytes = headerBytes;
    }

    int headerBytes() {
        return headerBytes;
    }

    /** What a unit without its start code is. */
    Kind kind(byte[] unit) {
        if (unit.length <= headerBytes || (unit[0] & FORBIDDEN) != 0) {
            return Kind.OTHER;
        }
        boolean first = (unit[headerBytes] & FIRST_PART) != 0;
        return this == H264 ? kindOfH264(unit[0] & 0x1f, first) : kindOfH265((unit[0] >> 1) & 0x3f, first);
    }

    private static Kind kindOfH264(int type, boolean first) {
        if (type == 5) {
            return first ? Kind.OPENING : Kind.PICTURE;
        }
        return type == 1 ? Kind.PICTURE : type == 6 ? Kind.MESSAGE : Kind.OTHER;
    }

    private static Kind kindOfH265(int type, boolean first) {
        if (type >= 16 && type <= 21) {
            return first ? Kind.OPENING : Kind.PICTURE;
        }
        return type <= 1 ? Kind.PICTURE : type == 39 || type == 40 ? Kind.MESSAGE : Kind.OTHER;
    }

    /** A unit without the zeros that containers leave behind it: it ends with the byte that holds the stop bit. */
    static byte[] trimmed(byte[] unit) {
        int end = unit.length;
        while (end > 0 && unit[end - 1] == 0) {
            end--;
        }
        return end == unit.length ? unit : Arrays.copyOf(unit, end);
    }
}
