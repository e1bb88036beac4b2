package org.liuhen.tools.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Fingerprint;

/**
 * Where uploads stand that were begun from here and are not done, so that a push that was killed is gone on with: one small
 * file each, with the address of the upload, named after the server, the bytes and what was declared of them. What cannot be
 * remembered is begun anew, and the server says itself how far an upload is: nothing here has to be right. Safe for many
 * processes.
 */
public final class UnfinishedPushes {
    /** Remembers nothing. */
    public static final UnfinishedPushes NONE = new UnfinishedPushes(null);

    private static final Pattern ADDRESS = Pattern.compile("(https?://|/)\\S{1,2000}");

    private final @Nullable Path folder;

    private UnfinishedPushes(@Nullable Path folder) {
        this.folder = folder;
    }

    public static UnfinishedPushes in(Path folder) {
        return new UnfinishedPushes(folder);
    }

    /** Those of whoever runs this: in {@code XDG_STATE_HOME}. */
    public static UnfinishedPushes ofUser() {
        String state = System.getenv("XDG_STATE_HOME");
        Path home = state == null || state.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state);
        return in(home.resolve("liuhen").resolve("uploads"));
    }

    /** One upload among all. */
    final class Place {
        private final String name;

        private Place(String name) {
            this.name = name;
        }

        private @Nullable Path file() {
            return folder == null ? null : folder.resolve(name);
        }

        /** Its address, if it was begun. */
        Optional<String> address() {
            Path file = file();
            try {
                return file == null || !Files.exists(file)
                        ? Optional.empty()
                        : Optional.of(Files.readString(file, StandardCharsets.UTF_8))
                                .filter(text -> ADDRESS.matcher(text).matches());
            } catch (IOException ignored) {
                // begun anew
                return Optional.empty();
            }
        }

        void begun(String address) {
            Path file = file();
            if (file != null) {
                try {
                    Files.createDirectories(file.toAbsolutePath().getParent());
                    Files.writeString(file, address, StandardCharsets.UTF_8);
                } catch (IOException ignored) {
                    // a push that is killed now is begun anew
                }
            }
        }

        void over() {
            Path file = file();
            if (file != null) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException ignored) {
                    // the server will say that it does not know it
                }
            }
        }
    }

    /** @param metadata all that is declared: what was begun for one case is not gone on with for another */
    Place place(String server, Fingerprint fingerprint, Map<String, String> metadata) {
        String named = server + "\n" + fingerprint.hex() + "\n" + new TreeMap<>(metadata);
        return new Place(DigestUtils.sha256Hex(named.getBytes(StandardCharsets.UTF_8)));
    }
}
