package org.liuhen.ingest.media.signed;

import org.jspecify.annotations.Nullable;

/**
 * What a camera says of one group of pictures, or a part of a group.
 *
 * @param number of the statement, counted by the camera in 32 bits
 * @param count of the units it covers, in 16 bits; an early statement counts the unit that opens the next group, too
 * @param partial whether exactly so many units are covered; otherwise all up to the next group
 * @param early whether it is of the first version of Axis Signed Video, in which the list's last hash is that of the
 *     unit that opens the next group
 * @param groupHash of the hashes; null in early ones
 * @param linkHash the first hash of the group before; null in early ones
 * @param hashes one after the other; null if it was left out to save space
 * @param signsGroup whether the signature is of the chained hash of the group instead of the message, in early ones
 * @param from the camera's own time, microseconds since 1970; null if it does not say
 */
record Statement(
        long number,
        int count,
        boolean partial,
        boolean early,
        byte @Nullable [] groupHash,
        byte @Nullable [] linkHash,
        byte @Nullable [] hashes,
        boolean signsGroup,
        @Nullable Long from) {
    private static final long WRAP = 1L << 32;

    /** How far this statement is after another, allowing for the counter to start over. */
    long after(long other) {
        long distance = Math.floorMod(number - other, WRAP);
        return distance > WRAP / 2 ? distance - WRAP : distance;
    }

    boolean isFirstOfStream() {
        if (linkHash == null) {
            return false;
        }
        for (byte value : linkHash) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
