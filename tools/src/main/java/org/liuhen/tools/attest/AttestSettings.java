package org.liuhen.tools.attest;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.ledger.CosignerKey;

/**
 * Who is asked to testify about the log.
 *
 * @param interval how often witnesses are asked at most
 * @param stamping null for none
 */
public record AttestSettings(
        List<Witness> witnesses, @Nullable Stamping stamping, Duration interval) {
    /** How often witnesses are asked unless somebody says otherwise. */
    public static final Duration USUAL_INTERVAL = Duration.ofMinutes(1);

    /** How often a checkpoint is stamped unless somebody says otherwise. */
    public static final Duration USUAL_STAMPING = Duration.ofDays(1);

    /** Authorities are not for every moment. */
    public static final Duration SHORTEST_STAMPING = Duration.ofMinutes(1);

    /** @param url the submission prefix */
    public record Witness(URI url, CosignerKey key) {}

    /**
     * @param every how often a checkpoint is stamped, if the log has grown
     * @param roots PEM, the certificates that are trusted to vouch for the authority's
     */
    public record Stamping(URI url, Duration every, Path roots) {}

    public AttestSettings {
        witnesses = List.copyOf(witnesses);
    }
}
