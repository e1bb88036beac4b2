package org.liuhen.tools.evidence;

import java.util.List;

/**
 * The proof that a log only grew between two sizes. Source: RFC 9162 section 2.1.4.
 *
 * @param proof base64 of the hashes, in the order of the standard
 */
public record Consistency(long oldSize, long newSize, List<String> proof) {
    public Consistency {
        proof = List.copyOf(proof);
    }
}
