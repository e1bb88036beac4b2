package org.liuhen.tools.upkeep;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Vault;

/**
 * What one recording is now, in every copy, beside what the ledger says it was when it was received.
 *
 * @param expected the fingerprint that the ledger vouches for
 * @param rottenMiB where the originals differ, counted from 0, in any copy
 */
record Examination(
        Recording recording,
        Fingerprint expected,
        List<Difference> differences,
        List<Long> rottenMiB,
        List<Copy> copies) {
    /**
     * One copy of the original.
     *
     * @param isThere whether anything is there under its name
     * @param originalSound whether the bytes are those that were received
     * @param manifest the manifest's bytes, if they are those that were written at receipt; null otherwise
     */
    record Copy(String name, Vault vault, boolean isThere, boolean originalSound, byte @Nullable [] manifest) {
        boolean sound() {
            return originalSound && manifest != null;
        }
    }

    Examination {
        differences = List.copyOf(differences);
        rottenMiB = List.copyOf(rottenMiB);
        copies = List.copyOf(copies);
    }

    /** Whether all that is wrong is that a copy is not there, while another is sound: so it is with a new mirror. */
    boolean isMerelyIncomplete() {
        long missing = copies.stream().filter(copy -> !copy.isThere()).count();
        return missing == differences.size() && copies.stream().anyMatch(Copy::sound);
    }

    Verdict verdict(List<String> repaired) {
        return new Verdict(recording.id(), null, differences, rottenMiB, repaired);
    }
}
