package org.liuhen.storage.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A column family of the database. The labels are a stored format; keys are described at {@link Keys}. */
enum Family {
    EVENT(Use.BULK),
    RECORDING(Use.POINT),
    BY_CASE(Use.RANGE),
    BY_DEVICE(Use.RANGE),
    BY_OFFICER(Use.RANGE),
    BY_SESSION(Use.RANGE),
    BY_TIME(Use.RANGE),
    BY_RECORDING(Use.RANGE),
    DUE(Use.RANGE),
    UPLOAD(Use.RANGE),
    JOB(Use.RANGE),
    LEDGER_NODE(Use.HASHES),
    REGISTER(Use.POINT);

    /** How a family is mostly used, which decides how it is laid out. */
    enum Use {
        /** Larger rows, read by key. */
        POINT,
        /** Larger rows, written in order, hardly read. */
        BULK,
        /** Small rows, read in ranges. */
        RANGE,
        /** Rows that nothing compresses. */
        HASHES
    }

    private final Use use;

    Family(Use use) {
        this.use = use;
    }

    Use use() {
        return use;
    }

    byte[] label() {
        return name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }
}
