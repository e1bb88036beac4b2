package org.liuhen.tools.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.tools.access.Access;

/**
 * The counter over which the evidence of a case is handed out as a bag. Throws {@link Problem} 401 and 403 for those who
 * may not, 404 for a case without recordings, 409 for damaged originals, 503 while too many exports are under way.
 */
public final class EvidenceDesk implements AutoCloseable {
    /** Each reads a disk and computes at full speed. */
    private static final int AT_ONCE = 2;

    private final Catalog catalog;
    private final Vault vault;
    private final Schedule schedule;
    private final Outgoing outgoing;
    private final Path publishedLog;
    private final @Nullable String organization;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private volatile boolean stopping;

    /**
     * @param schedule in whose zone times are written for people
     * @param publishedLog the log's folder, as strangers see it
     * @param organization who hands over; null to leave it out
     */
    public EvidenceDesk(
            Catalog catalog,
            Vault vault,
            Schedule schedule,
            Outgoing outgoing,
            Path publishedLog,
            @Nullable String organization,
            InstantSource clock,
            SecureRandom random) {
        this.catalog = catalog;
        this.vault = vault;
        this.schedule = schedule;
        this.outgoing = outgoing;
        this.publishedLog = publishedLog;
        this.organization = organization;
        this.clock = clock;
        this.random = random;
    }

    Catalog catalog() {
        return catalog;
    }

    Vault vault() {
        return vault;
    }

    Schedule schedule() {
        return schedule;
    }

    /** Which originals must not be erased just now. */
    public Outgoing outgoing() {
        return outgoing;
    }

    Path publishedLog() {
        return publishedLog;
    }

    @Nullable
    String organization() {
        return organization;
    }

    InstantSource clock() {
        return clock;
    }

    boolean isStopping() {
        return stopping;
    }

    /**
     * Takes an order to export a case. Changes nothing.
     *
     * @param reason why it is wanted, in the person's words
     */
    public ExportOrder order(Principal who, CaseNumber number, String reason, boolean leavesOutDamaged)
            throws Problem, StorageFailure {
        Access.EXPORTING.require(who);
        if (catalog.recordings(RecordingQuery.ofCase(number).withAttachment(null), 1, null)
                        .items()
                        .isEmpty()
                && ExportRun.recordings(catalog, number, 1).isEmpty()) {
            throw new Problem(404, "not-found", "case: has no recordings: " + number);
        }
        byte[] name = new byte[4];
        random.nextBytes(name);
        var at = clock.instant();
        return new ExportOrder(
                who,
                number,
                reason,
                leavesOutDamaged,
                HexFormat.of().formatHex(name),
                at,
                BagNames.folder(number, at, schedule.zone()));
    }

    /**
     * Carries out an order. That the originals leave is durable before the first byte is written. A failure after that
     * leaves a zip without an end.
     */
    public void export(ExportOrder order, OutputStream out) throws IOException, Problem, StorageFailure {
        if (stopping || !places.tryAcquire()) {
            throw new Problem(503, "busy", "export: others are under way; try again later").header("retry-after", "60");
        }
        try {
            new ExportRun(this, order).writeTo(out);
        } finally {
            places.release();
        }
    }

    /** Ends the exports that are under way; their zips have no end. */
    @Override
    public void close() {
        stopping = true;
    }
}
