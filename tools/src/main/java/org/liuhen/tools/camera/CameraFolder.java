package org.liuhen.tools.camera;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.media.Probed;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.ingest.naming.NameReading;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.InvalidField;

/** The footage on a mounted camera, found by what files are called. Links are not followed. */
public final class CameraFolder {
    private static final int MAX_DEPTH = 30;

    private final Path root;
    private final NamingPresets presets;
    private final Binding binding;

    /** @throws IOException if the folder cannot be read */
    public CameraFolder(Path root, NamingPresets presets) throws IOException {
        this.root = root;
        this.presets = presets;
        this.binding = Binding.of(root);
    }

    public Binding binding() {
        return binding;
    }

    /**
     * One file as it was found.
     *
     * @param footage whether it is of a kind that is pushed
     */
    public record Found(Path file, NameReading name, long sizeBytes, FileTime modified, boolean footage) {
        /** Whether it is still what was found: neither longer nor written to. */
        public boolean isUnchanged() throws IOException {
            return Files.size(file) == sizeBytes
                    && Files.getLastModifiedTime(file).equals(modified);
        }
    }

    /** Everything that is not hidden, by path. */
    public List<Found> files() throws IOException {
        List<Found> found = new ArrayList<>();
        Files.walkFileTree(
                root, EnumSet.noneOf(java.nio.file.FileVisitOption.class), MAX_DEPTH, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                        return folder.equals(root) || !isHidden(folder)
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.SKIP_SUBTREE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && !isHidden(file)) {
                            found.add(found(file, attributes));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                        if (file.equals(root)) {
                            throw failure;
                        }
                        // reported as what cannot be read, like any other
                        found.add(new Found(file, NameReading.NOTHING, 0, FileTime.fromMillis(0), true));
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(java.util.Comparator.comparing(Found::file));
        return found;
    }

    private static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).startsWith(".");
    }

    private Found found(Path file, BasicFileAttributes attributes) {
        NameReading name = presets.read(root.relativize(file).toString());
        boolean footage = FileNames.type(String.valueOf(file.getFileName())).isPresent();
        return new Found(file, name, attributes.size(), attributes.lastModifiedTime(), footage);
    }

    /**
     * What is declared about a file: what was said for all, else what the binding says, else what its name says; times by
     * the camera's clock from its name, else from inside the file, else from its last writing.
     *
     * @param forAll by CONTRACT's keys
     * @param inside what the file says of itself
     */
    public Map<String, String> metadata(Found found, Map<String, String> forAll, Optional<Probed> inside) {
        NameReading name = found.name();
        Map<String, String> metadata = new LinkedHashMap<>(forAll);
        put(metadata, "officer", binding.officer());
        put(metadata, "unit", binding.unit());
        put(metadata, "officer", name.officer());
        put(metadata, "unit", name.unit());
        put(metadata, "case", name.caseNumber());
        put(metadata, "session", name.session());
        put(metadata, "important", name.important() ? "true" : null);
        put(metadata, "filename", root.relativize(found.file()).toString());
        put(metadata, "filetype", FileNames.type(found.file().toString()).orElse(null));
        times(metadata, found, inside);
        return metadata;
    }

    private static void times(Map<String, String> metadata, Found found, Optional<Probed> inside) {
        if (metadata.containsKey("from") || metadata.containsKey("to")) {
            return;
        }
        Duration length = Duration.ofMillis(
                Math.round(1000 * inside.map(Probed::durationSeconds).orElse(0.0)));
        Instant told = found.name().time();
        Instant start = told != null ? told : inside.map(Probed::created).orElse(null);
        if (start == null) {
            Instant end = found.modified().toInstant();
            metadata.put("to", end.toString());
            if (!length.isZero()) {
                metadata.put("from", end.minus(length).toString());
            }
            return;
        }
        metadata.put("from", start.toString());
        if (!length.isZero()) {
            metadata.put("to", start.plus(length).toString());
        }
    }

    /** Adds what was not said yet and can be used. */
    private static void put(Map<String, String> metadata, String key, @Nullable String value) {
        if (value != null && !metadata.containsKey(key)) {
            try {
                UploadMetadata.of(Map.of(key, List.of(value)));
                metadata.put(key, value);
            } catch (InvalidField ignored) {
                // a name is a hint: what it hints at in vain is not worth a recording
            }
        }
    }
}
