package org.liuhen.storage.catalog;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step from one format of the database to the next. A crash in the middle leaves the old format's number, and the step
 * is taken again: it must not mind what it has done already. Only adds; what the old format held can be read afterwards.
 */
interface FormatStep {
    /** Every step, from the oldest format on that this program still reads. */
    List<FormatStep> ALL = List.of(new WholeRowStep());

    /** The format that a database must have before. Afterwards it has the next. */
    int from();

    void run(RocksStore store, Instant now, SecureRandom random) throws StorageFailure;

    /** Brings a database to the present format. */
    static void takeAll(RocksStore store, Instant now, SecureRandom random) throws StorageFailure {
        Logger log = LoggerFactory.getLogger(FormatStep.class);
        for (FormatStep step : ALL) {
            if (store.format() == step.from()) {
                log.info("catalog: going from format {} to {}", step.from(), step.from() + 1);
                step.run(store, now, random);
                store.writeFormat(step.from() + 1);
            }
        }
    }
}
