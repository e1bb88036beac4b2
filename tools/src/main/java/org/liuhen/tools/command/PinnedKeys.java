package org.liuhen.tools.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.ledger.VerifierKey;

/** The verifier keys somebody got elsewhere: given as they are, or in files with one a line. */
final class PinnedKeys {
    private static final int MAX_BYTES = 1 << 20;

    private PinnedKeys() {}

    /** @throws InvalidField {@code --key}, if one is neither a key nor a file of keys */
    static List<VerifierKey> of(List<String> given) throws IOException {
        List<VerifierKey> keys = new ArrayList<>();
        for (String text : given) {
            if (isFile(text)) {
                keys.addAll(inFile(Path.of(text)));
            } else {
                keys.add(key(text, ""));
            }
        }
        return keys;
    }

    private static boolean isFile(String text) {
        try {
            return Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException ignored) {
            // What cannot name a file may still be a key.
            return false;
        }
    }

    private static List<VerifierKey> inFile(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new InvalidField("--key", file + " is longer than " + MAX_BYTES + " bytes");
        }
        List<VerifierKey> keys = new ArrayList<>();
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                keys.add(key(line.strip(), ", file=" + file));
            }
        }
        if (keys.isEmpty()) {
            throw new InvalidField("--key", file + " holds no key (expected: one a line)");
        }
        return keys;
    }

    private static VerifierKey key(String text, String where) {
        try {
            return VerifierKey.parse(text);
        } catch (InvalidField e) {
            InvalidField failure =
                    new InvalidField("--key", "is no verifier key, nor a file of some: " + e.getMessage() + where);
            failure.initCause(e);
            throw failure;
        }
    }
}
