package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs, or once signed, the log's checkpoints, as the register keeps it under its number: {@code 00000001}
 * is the first. There are entries from the first rotation on; the last one is in use.
 *
 * @param verifier its public half, see c2sp.org/signed-note
 * @param since when it came into use; null for the first, which is as old as the log
 * @param statement the note in which the key before it names this one, signed by both; null for the first
 */
public record LedgerKey(
        String verifier, @Nullable Instant since, @Nullable String statement) {}
