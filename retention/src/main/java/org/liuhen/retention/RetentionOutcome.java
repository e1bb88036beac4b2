package org.liuhen.retention;

import java.time.LocalDate;
import java.util.List;

/**
 * What a run did.
 *
 * @param day the day it was, in the schedule's zone
 * @param announced disposals announced
 * @param cancelled announced disposals taken back
 * @param extended recordings that got the longer period which the schedule demands now
 * @param erased recordings whose bytes are gone for ever and certified
 * @param erasedBytes how many bytes those were
 * @param kept due recordings that stay for the time being, for whatever reason
 * @param failed recordings with which something went wrong; the next run takes them up again
 * @param failures what went wrong, for people; the first few
 * @param complete whether everything due was looked at
 */
public record RetentionOutcome(
        LocalDate day,
        long announced,
        long cancelled,
        long extended,
        long erased,
        long erasedBytes,
        long kept,
        long failed,
        List<String> failures,
        boolean complete) {
    public RetentionOutcome {
        failures = List.copyOf(failures);
    }
}
