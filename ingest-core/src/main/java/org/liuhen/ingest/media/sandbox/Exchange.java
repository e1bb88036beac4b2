package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder through which one child is given files and gives files back. {@code in} holds what the present work reads and
 * nothing else; the child sees it read-only, whatever the files' own permissions are. {@code out} is where it writes. An
 * input is lent as a hard link, which shows in the running child at once and costs nothing; the file itself is never
 * written. Where no link can be made, because the file lies on another file system, the input has to be bound when the
 * child is started, see {@link #bind}. One thread at a time.
 */
final class Exchange implements AutoCloseable {
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int MOST_FILES = 200_000;
    /** What is copied where it cannot be linked: less work than to start a child. */
    private static final long MOST_COPIED_BYTES = 16L << 20;

    private static final int MAX_COMPLAINT_BYTES = 2000;

    private final Path folder;
    private final boolean surrounded;
    private final List<Path> bound = new ArrayList<>();
    private long complainedBytes;

    private Exchange(Path folder, boolean surrounded) {
        this.folder = folder;
        this.surrounded = surrounded;
    }

    /** @param surrounded whether the child is in a sandbox, and so sees other names than we do */
    static Exchange open(Path root, boolean surrounded) throws IOException {
        Files.createDirectories(root);
        Exchange exchange = new Exchange(Files.createTempDirectory(root, "").toAbsolutePath(), surrounded);
        Files.createDirectory(exchange.in());
        Files.createDirectory(exchange.out());
        return exchange;
    }

    Path in() {
        return folder.resolve("in");
    }

    Path out() {
        return folder.resolve("out");
    }

    /** The folders of files lent and written, by our names and by those of a child in a sandbox. */
    Stream<Path> folders() {
        Path inside = Path.of(Sandbox.INSIDE);
        return Stream.of(folder, inside).flatMap(root -> Stream.of(root.resolve("in"), root.resolve("out")));
    }

    Path complaints() {
        return folder.resolve("complaints.log");
    }

    /** Lets the child that is about to be started see a file or folder for all its life. */
    void bind(Path file) throws IOException {
        Path point = in().resolve("bound-" + bound.size());
        if (Files.isDirectory(file)) {
            Files.createDirectory(point);
        } else {
            Files.createFile(point);
        }
        bound.add(file.toAbsolutePath());
    }

    /** Bubblewrap's options for what was bound. */
    List<String> directBinds() {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < bound.size(); i++) {
            options.addAll(List.of("--ro-bind", bound.get(i).toString(), Sandbox.INSIDE + "/in/bound-" + i));
        }
        return options;
    }

    /**
     * Lets the child read a file, or the files of a folder, until {@link #clear}.
     *
     * @return the path by which the child finds it
     * @throws IOException if it is not there
     * @throws CannotLend if it can only be bound to a child that is yet to be started
     */
    String lend(Path file) throws IOException, CannotLend {
        Path absolute = file.toAbsolutePath();
        if (!surrounded) {
            return absolute.toString();
        }
        int at = bound.indexOf(absolute);
        if (at >= 0) {
            return Sandbox.INSIDE + "/in/bound-" + at;
        }
        int number = 0;
        while (Files.exists(in().resolve(Integer.toString(number)))) {
            number++;
        }
        Path name = in().resolve(Integer.toString(number));
        if (Files.isDirectory(absolute)) {
            Files.createDirectory(name);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(absolute, Files::isRegularFile)) {
                for (Path one : files) {
                    link(one, name.resolve(String.valueOf(one.getFileName())));
                }
            }
        } else {
            // the file itself, should the path lead through links of the other kind
            link(absolute.toRealPath(), name);
        }
        return Sandbox.INSIDE + "/in/" + number;
    }

    private static void link(Path file, Path name) throws IOException, CannotLend {
        try {
            Files.createLink(name, file);
        } catch (UnsupportedOperationException | IOException e) {
            if (Files.size(file) > MOST_COPIED_BYTES) {
                throw new CannotLend(file, e instanceof IOException failure ? failure : new IOException(e));
            }
            Files.copy(file, name);
        }
    }

    /** How much the child has written, all files together. */
    long writtenBytes() {
        long[] sum = {0};
        try {
            Files.walkFileTree(out(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException ignored) {
                    // it was removed while we looked
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException ignored) {
            // the folder is going away, and so is what is in it
            return 0;
        }
        return sum[0];
    }

    /**
     * Hands over what the child has written. Only plain files under plain names are taken, never a link.
     *
     * @param target empty of these names
     * @throws Oddity if there is anything else
     */
    void collect(Path target) throws IOException, Oddity {
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(out())) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!PLAIN_NAME.matcher(name).matches()
                        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        || ++count > MOST_FILES) {
                    throw new Oddity("it left behind what is no plain file");
                }
                hand(file, target.resolve(name));
            }
        }
    }

    private static void hand(Path file, Path target) throws IOException {
        Files.deleteIfExists(target);
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | IOException elsewhere) {
            try {
                Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException e) {
                e.addSuppressed(elsewhere);
                throw e;
            }
        }
        Files.delete(file);
    }

    /** What the child has complained of since this was last asked. */
    String complaintsSince() {
        try (InputStream input = Files.newInputStream(complaints())) {
            input.skipNBytes(complainedBytes);
            byte[] bytes = input.readNBytes(MAX_COMPLAINT_BYTES);
            complainedBytes = Files.size(complaints());
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "nothing that could be read (" + e.getMessage() + ")";
        }
    }

    /** Takes back what was lent and removes what was written. */
    void clear() throws IOException {
        empty(in());
        empty(out());
    }

    private void empty(Path which) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(which)) {
            for (Path file : files) {
                if (!String.valueOf(file.getFileName()).startsWith("bound-")) {
                    delete(file);
                }
            }
        }
    }

    /** Removes the folder and all in it. Idempotent. */
    @Override
    public void close() throws IOException {
        delete(folder);
    }

    /** Removes a folder with all in it, following no link. Does nothing if it is not there. */
    static void delete(Path path) throws IOException {
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
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
