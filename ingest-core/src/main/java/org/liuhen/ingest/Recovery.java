package org.liuhen.ingest;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What start-up does about uploads that a stop or a crash left behind. It decides from rows and names alone and reads no
 * recording, so its cost follows the number of unfinished uploads.
 *
 * <table>
 *   <caption>Row and bytes decide</caption>
 *   <tr><td>no row, bytes</td><td>never acknowledged, or refused: dropped</td></tr>
 *   <tr><td>unfinished row, bytes</td><td>waits for its device; bytes past its offset are dropped when it resumes. A
 *       whole file nobody can resume is dropped</td></tr>
 *   <tr><td>unfinished row, no bytes</td><td>if an original of its day names it: the commit is made up for. Otherwise
 *       nothing had arrived, or, past offset 0, acknowledged bytes are lost</td></tr>
 *   <tr><td>row of a part that is merged</td><td>waits to be forgotten; bytes of it are dropped</td></tr>
 *   <tr><td>finished row, bytes</td><td>arrived again and sealed before: the bytes are dropped</td></tr>
 * </table>
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Catalog catalog;
    private final Vault vault;
    private final Sealer sealer;
    private final Commits commits;

    Recovery(Catalog catalog, Vault vault, Sealer sealer) {
        this.catalog = catalog;
        this.vault = vault;
        this.sealer = sealer;
        this.commits = new Commits(catalog);
    }

    Repairs run() throws StorageFailure {
        Set<UploadId> remains = new HashSet<>(vault.unfinished());
        Map<LocalDate, Map<UploadId, Manifest>> orphans = new HashMap<>();
        List<UploadId> forgotten = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        int resumable = 0;
        int sealed = 0;
        for (Upload upload : catalog.uploads()) {
            boolean whole = Uploads.isWhole(upload);
            if (upload.recording() != null || upload.notes().containsKey(Concatenations.MERGED_NOTE)) {
                continue;
            }
            if (remains.contains(upload.id())) {
                if (whole) {
                    forgotten.add(upload.id());
                } else {
                    remains.remove(upload.id());
                    resumable++;
                }
                continue;
            }
            LocalDate day = Vault.dayOf(upload.began());
            if (!orphans.containsKey(day)) {
                orphans.put(day, sealer.orphans(day));
            }
            if (sealer.settle(upload, orphans.getOrDefault(day, Map.of())).isPresent()) {
                sealed++;
            } else if (!whole && upload.offsetBytes() == 0) {
                resumable++;
            } else {
                forgotten.add(upload.id());
                if (upload.offsetBytes() > 0) {
                    lost.add("upload " + upload.id() + " of " + upload.device() + ": " + upload.offsetBytes()
                            + " acknowledged bytes are gone");
                }
            }
        }
        forget(forgotten);
        for (UploadId left : remains) {
            vault.discard(left);
        }
        Repairs repairs = new Repairs(resumable, sealed, remains.size(), lost);
        if (!lost.isEmpty()) {
            LOG.error("start-up found damage: {}", repairs);
        } else if (repairs.any() || resumable > 0) {
            LOG.info("start-up: {}", repairs);
        }
        return repairs;
    }

    private void forget(List<UploadId> uploads) throws StorageFailure {
        if (!uploads.isEmpty()) {
            Change.Builder change = Change.builder();
            uploads.forEach(change::forgetUpload);
            commits.apply(change.build());
        }
    }
}
