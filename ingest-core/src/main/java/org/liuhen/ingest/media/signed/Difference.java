package org.liuhen.ingest.media.signed;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names the pictures in which a group differs from what its camera said of it. */
final class Difference {
    private Difference() {}

    /** @param count how many units the group has */
    static String between(Claim claim, List<PictureUnit> units, int count) {
        int listed = claim.listed();
        if (listed == 0) {
            return "pictures of this group have been altered";
        }
        int expected = claim.statement().early() ? listed - 1 : listed;
        int found = 0;
        boolean disordered = false;
        @Nullable PictureUnit firstWrong = null;
        int wrong = 0;
        int at = 0;
        for (PictureUnit unit : units.subList(0, count)) {
            int place = place(claim, unit, at, expected);
            if (place >= 0) {
                found++;
                at = place + 1;
                continue;
            }
            disordered |= place(claim, unit, 0, at) >= 0;
            firstWrong = firstWrong == null ? unit : firstWrong;
            wrong++;
        }
        if (found == 0) {
            return "the picture that opens this group, or all of it, has been altered";
        }
        if (firstWrong == null) {
            boolean taken = count < expected;
            return taken ? (expected - count) + " parts of pictures are missing in this group" : "more than was signed";
        }
        String place = String.format(Locale.ROOT, "picture %d at %.3f s", firstWrong.picture, firstWrong.fromSeconds);
        if (disordered) {
            return "pictures have changed places, the first is " + place;
        }
        if (count > expected) {
            return "pictures have been put in, the first is " + place;
        }
        return wrong == 1 ? place + " has been altered" : wrong + " pictures have been altered, the first is " + place;
    }

    private static int place(Claim claim, PictureUnit unit, int from, int to) {
        for (int index = from; index < to; index++) {
            if (claim.lists(index, unit.hash)) {
                return index;
            }
        }
        return -1;
    }
}
