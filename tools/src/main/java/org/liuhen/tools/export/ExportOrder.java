package org.liuhen.tools.export;

import java.time.Instant;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.CaseNumber;

/**
 * What somebody who may asked to take out, and why.
 *
 * @param leavesOutDamaged whether damaged originals are left out and named, rather than stopping the export
 * @param export names this export in the custody events
 * @param folder what everything in the zip is in
 */
public record ExportOrder(
        Principal who,
        CaseNumber number,
        String reason,
        boolean leavesOutDamaged,
        String export,
        Instant at,
        String folder) {
    /** The name under which the zip is kept. */
    public String filename() {
        return folder + ".zip";
    }
}
