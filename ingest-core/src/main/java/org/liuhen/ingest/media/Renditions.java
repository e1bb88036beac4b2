package org.liuhen.ingest.media;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileCalls;

/**
 * The folders that hold what was made from originals, {@code yyyy/mm/dd/<id>/} like the vault's. A rendition appears
 * whole by a rename. All of it can be dropped and made again. Safe for many threads, as long as one recording is worked
 * on by one of them at a time.
 */
public final class Renditions {
    public static final String PLAYLIST = "index.m3u8";
    /** The low-bandwidth copy, if the recording is large enough to have one. */
    public static final String LOW_PLAYLIST = "low.m3u8";

    /** Both, for players that choose by themselves. */
    public static final String MASTER_PLAYLIST = "master.m3u8";

    public static final String STORYBOARD = "storyboard.vtt";
    public static final String WAVEFORM = "waveform.json";
    public static final String POSTER = "poster.jpg";

    private static final Pattern PIECE = Pattern.compile("(segment|low)-[0-9]{5,7}\\.m4s");
    private static final Pattern SHEET = Pattern.compile("storyboard-[0-9]{3,4}\\.jpg");
    private static final String BEGINNING = "init.mp4";
    private static final String SEGMENTS = "segment-*.m4s";
    private static final String MAKING = "making";

    private final Path root;
    private final FileCalls files = DurableFiles.LOCAL;

    private Renditions(Path root) {
        this.root = root;
    }

    /** @param root made if missing */
    public static Renditions open(Path root) throws IOException {
        Renditions renditions = new Renditions(root.toAbsolutePath());
        Files.createDirectories(renditions.making());
        return renditions;
    }

    private Path making() {
        return root.resolve(MAKING);
    }

    /** Where a recording's rendition is, or would be. */
    public Path folder(OriginalKey key) {
        return dayFolder(key).resolve(key.id().hex());
    }

    private Path dayFolder(OriginalKey key) {
        return root.resolve(String.format(
                Locale.ROOT,
                "%04d/%02d/%02d",
                key.day().getYear(),
                key.day().getMonthValue(),
                key.day().getDayOfMonth()));
    }

    /**
     * A file of a recording's rendition. Only the names that a rendition consists of are known; anything else, whatever
     * it looks like, is not there.
     */
    public Optional<RenditionFile> file(OriginalKey key, String name) {
        String contentType = contentType(name);
        if (contentType == null) {
            return Optional.empty();
        }
        Path path = folder(key).resolve(name);
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(new RenditionFile(path, contentType))
                : Optional.empty();
    }

    private static @Nullable String contentType(String name) {
        return switch (name) {
            case PLAYLIST, LOW_PLAYLIST, MASTER_PLAYLIST -> "application/vnd.apple.mpegurl";
            case BEGINNING, "low-init.mp4" -> "video/mp4";
            case STORYBOARD -> "text/vtt; charset=utf-8";
            case WAVEFORM -> "application/json";
            case POSTER -> "image/jpeg";
            default ->
                PIECE.matcher(name).matches()
                        ? "video/iso.segment"
                        : SHEET.matcher(name).matches() ? "image/jpeg" : null;
        };
    }

    /**
     * What the playlist in a rendition's folder plays, as files that are one MP4 file if they are put together in this
     * order. Empty if it has none.
     */
    public static List<Path> pieces(Path folder) throws IOException {
        List<Path> pieces = new ArrayList<>();
        if (!Files.isRegularFile(folder.resolve(BEGINNING))) {
            return pieces;
        }
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(folder, SEGMENTS)) {
            segments.forEach(pieces::add);
        }
        // numbers of more than five digits follow those of five
        pieces.sort(Comparator.comparing((Path piece) -> piece.toString().length())
                .thenComparing(Comparator.naturalOrder()));
        pieces.add(0, folder.resolve(BEGINNING));
        return pieces;
    }

    /** Whether everything was made that there is to be made; a recording that plays as it is has no playlist here. */
    public boolean isMade(OriginalKey key) {
        return Files.isDirectory(folder(key), LinkOption.NOFOLLOW_LINKS);
    }

    /** An empty folder to make a rendition in; what an earlier attempt left there is dropped. */
    Path begin(RecordingId id) throws IOException {
        Path work = making().resolve(id.hex());
        delete(work);
        return Files.createDirectories(work.resolve("rendition"));
    }

    /** Drops what was made for a recording and not published. */
    void abandon(RecordingId id) throws IOException {
        delete(making().resolve(id.hex()));
    }

    /**
     * Puts what was made in {@link #begin}'s folder in its place, instead of what may be there. Durable on return.
     *
     * @param made that folder
     */
    void publish(Path made, OriginalKey key) throws IOException {
        try (DirectoryStream<Path> pieces = Files.newDirectoryStream(made)) {
            for (Path piece : pieces) {
                String name = String.valueOf(piece.getFileName());
                if (contentType(name) == null) {
                    delete(piece);
                    continue;
                }
                try (FileCalls.OpenFile open = files.reopen(piece)) {
                    open.force();
                }
            }
        }
        files.forceFolder(made);
        Path target = folder(key);
        makeFolders(dayFolder(key));
        delete(target);
        files.renameFolder(made, target);
        files.forceFolder(dayFolder(key));
    }

    /** Makes a folder and those above it, so that they survive a power cut. */
    private void makeFolders(Path folder) throws IOException {
        List<Path> made = new ArrayList<>();
        for (Path at = folder; !Files.isDirectory(at); at = parentOf(at)) {
            made.add(at);
        }
        Files.createDirectories(folder);
        for (Path at : made) {
            files.forceFolder(parentOf(at));
        }
    }

    private static Path parentOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("folder: " + path + " (expected: inside another)");
        }
        return parent;
    }

    /** Removes a recording's rendition. Does nothing if there is none. */
    public void drop(OriginalKey key) throws IOException {
        delete(folder(key));
    }

    /** Removes what was under way when this program last ended. To be called before any work begins. */
    void sweep() throws IOException {
        delete(making());
        Files.createDirectories(making());
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
