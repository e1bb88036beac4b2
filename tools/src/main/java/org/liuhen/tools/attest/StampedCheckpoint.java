package org.liuhen.tools.attest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.liuhen.tools.evidence.TimestampToken;

/**
 * A checkpoint of which an authority said when it existed: {@code timestamps/<size>.checkpoint} and {@code
 * timestamps/<size>.tsr} in the ledger folder, to be checked with {@code openssl ts -verify -data CHECKPOINT -in TOKEN}.
 *
 * @param size of the log
 * @param checkpoint the file that was stamped, a signed note
 * @param token the authority's answer, DER. Source: RFC 3161
 * @param at the authority's time
 */
public record StampedCheckpoint(long size, Path checkpoint, Path token, Instant at) {
    static final String FOLDER = "timestamps";
    static final String TOKEN_END = ".tsr";
    static final String CHECKPOINT_END = ".checkpoint";
    private static final int MAX_BYTES = 1 << 20;

    /**
     * All of a ledger folder, the oldest first.
     *
     * @throws IOException also if a token cannot be read
     */
    public static List<StampedCheckpoint> in(Path ledgerFolder) throws IOException {
        List<StampedCheckpoint> stamped = new ArrayList<>();
        Path folder = ledgerFolder.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return stamped;
        }
        try (var files = Files.newDirectoryStream(folder, "*" + TOKEN_END)) {
            for (Path token : files) {
                String name = String.valueOf(token.getFileName());
                String size = name.substring(0, name.length() - TOKEN_END.length());
                Path checkpoint = folder.resolve(size + CHECKPOINT_END);
                if (size.matches("[0-9]{1,18}") && Files.exists(checkpoint) && Files.size(token) <= MAX_BYTES) {
                    Instant at = TimestampToken.read(Files.readAllBytes(token)).at();
                    stamped.add(new StampedCheckpoint(Long.parseLong(size), checkpoint, token, at));
                }
            }
        }
        stamped.sort(Comparator.comparingLong(StampedCheckpoint::size));
        return stamped;
    }
}
