package org.liuhen.tools.clips;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.RecordingId;
import org.liuhen.tools.access.FootageDesk.ClipSource;

/**
 * The files that a clip is cut from: originals; of those that have lost their index what was got back, put together into
 * one file for as long as the clip is cut.
 */
public final class ClipInputs implements AutoCloseable {
    private final List<Path> files = new ArrayList<>();
    private final Map<RecordingId, Regained> regained = new HashMap<>();

    /** What was got back of a recording, as one file, which is gone once the clip is cut. */
    record Regained(Path file, String sha256, long sizeBytes) {}

    private ClipInputs() {}

    /**
     * Puts together what has to be.
     *
     * @param clip beside which it is put
     */
    public static ClipInputs of(List<ClipSource> sources, Path clip) throws IOException {
        ClipInputs inputs = new ClipInputs();
        try {
            for (ClipSource source : sources) {
                inputs.add(source, clip);
            }
            return inputs;
        } catch (IOException | RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    private void add(ClipSource source, Path clip) throws IOException {
        RecordingId id = source.recording().id();
        if (source.regained().isEmpty()) {
            files.add(source.file());
            return;
        }
        if (!regained.containsKey(id)) {
            Path joined =
                    Files.createTempFile(Objects.requireNonNull(clip.getParent()), "regained-" + id.hex(), ".mp4");
            regained.put(id, new Regained(joined, "", 0));
            regained.put(id, join(source.regained(), joined));
        }
        files.add(regained.get(id).file());
    }

    private static Regained join(List<Path> pieces, Path joined) throws IOException {
        MessageDigest digest = DigestUtils.getSha256Digest();
        try (OutputStream out =
                new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(joined)), digest)) {
            for (Path piece : pieces) {
                Files.copy(piece, out);
            }
        }
        return new Regained(joined, Hex.encodeHexString(digest.digest()), Files.size(joined));
    }

    /** One for each source, in order. */
    public List<Path> files() {
        return files;
    }

    /** What was got back of a recording; null if its original is cut. */
    @Nullable
    Regained regained(RecordingId id) {
        return regained.get(id);
    }

    @Override
    public void close() throws IOException {
        for (Regained joined : regained.values()) {
            Files.deleteIfExists(joined.file());
        }
    }
}
