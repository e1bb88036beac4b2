package org.liuhen.ingest.media.signed;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/** Names the pictures in which a group differs from what its camera said of it. */
final class Difference {
    private Difference() {}

    /** @param count how many units the group has */
    static Said between(Claim claim, List<PictureUnit> units, int count) {
        int listed = claim.listed();
        if (listed == 0) {
            return Said.of(Sentence.GROUP_ALTERED);
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
            return Said.of(Sentence.GROUP_OPENING_ALTERED);
        }
        if (firstWrong == null) {
            boolean taken = count < expected;
            return taken
                    ? Said.of(Sentence.PARTS_MISSING, "parts", expected - count)
                    : Said.of(Sentence.MORE_THAN_SIGNED);
        }
        if (disordered) {
            return at(Sentence.PICTURES_CHANGED_PLACES, firstWrong);
        }
        if (count > expected) {
            return at(Sentence.PICTURES_PUT_IN, firstWrong);
        }
        return wrong == 1
                ? at(Sentence.PICTURE_ALTERED, firstWrong)
                : Said.of(
                        Sentence.PICTURES_ALTERED,
                        "pictures",
                        wrong,
                        "picture",
                        firstWrong.picture,
                        "at",
                        seconds(firstWrong));
    }

    private static Said at(Sentence sentence, PictureUnit first) {
        return Said.of(sentence, "picture", first.picture, "at", seconds(first));
    }

    private static String seconds(PictureUnit unit) {
        return String.format(Locale.ROOT, "%.3f", unit.fromSeconds);
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
