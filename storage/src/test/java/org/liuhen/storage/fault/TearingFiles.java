package org.liuhen.storage.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.vault.FileCalls;

/**
 * A disk that remembers what was not forced, and loses or spoils it when the power fails. Names are durable once their
 * folder was forced, a renamed folder once its new parent was; bytes once their file was. Only pretends to force, which
 * is faster. One thread.
 */
public final class TearingFiles implements FileCalls {
    /** What becomes of the bytes that were not forced when {@link #tear} is called. */
    public enum Damage {
        /** They are lost, and so are the names that were not forced. */
        DELETE,
        /** The names are there and the sizes, but zeros instead of the bytes. */
        ZERO,
        /** The names are there, and the first half of the bytes. */
        HALVE,
        /** All is there but one bit. */
        FLIP,
        /** They are lost, and so are the names that were not forced; but what was deleted is gone. */
        REORDER
    }

    private enum Kind {
        CREATED,
        RENAMED,
        REPLACED,
        DELETED_FILE,
        DELETED_FOLDER
    }

    /** A change of a name that is not durable yet. Paths follow renames. */
    private static final class NameChange {
        private final Kind kind;
        private Path path;
        /** Where it was before, or where a deleted file waits. */
        private final Path before;

        private NameChange(Kind kind, Path path, Path before) {
            this.kind = kind;
            this.path = path;
            this.before = before;
        }
    }

    /** How much of a file is durable. */
    private static final class Extent {
        private Path path;
        private long forcedBytes;

        private Extent(Path path, long forcedBytes) {
            this.path = path;
            this.forcedBytes = forcedBytes;
        }
    }

    private final FileCalls disk;
    private final Path graveyard;
    private final List<NameChange> names = new ArrayList<>();
    private final List<Extent> extents = new ArrayList<>();
    private int graves;

    /** @param graveyard an empty folder on the same disk, where deleted files wait for being forgotten */
    public TearingFiles(FileCalls disk, Path graveyard) {
        this.disk = disk;
        this.graveyard = graveyard;
    }

    /** Does to the disk what a power cut does. Close all files before. */
    public void tear(Damage damage) throws IOException {
        if (damage == Damage.DELETE || damage == Damage.REORDER) {
            for (int i = names.size() - 1; i >= 0; i--) {
                boolean deletion = names.get(i).kind == Kind.DELETED_FILE || names.get(i).kind == Kind.DELETED_FOLDER;
                if (damage == Damage.DELETE || !deletion) {
                    undo(names.get(i));
                }
            }
        }
        for (Extent extent : extents) {
            if (Files.exists(extent.path)) {
                spoil(extent, damage);
            }
        }
        names.clear();
        extents.clear();
    }

    private void undo(NameChange change) throws IOException {
        switch (change.kind) {
            case CREATED -> remove(change.path);
            case RENAMED -> {
                if (Files.exists(change.path)) {
                    disk.renameFolder(change.path, change.before);
                    follow(change.path, change.before);
                }
            }
            case REPLACED -> {
                // The file keeps its new bytes under a name that nobody asks for; the old ones are back.
                remove(change.path);
                if (Files.exists(change.before)) {
                    Files.createLink(change.path, change.before);
                }
            }
            case DELETED_FILE -> Files.createLink(change.path, change.before);
            case DELETED_FOLDER -> Files.createDirectory(change.path);
        }
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var inside = Files.newDirectoryStream(path)) {
                for (Path each : inside) {
                    remove(each);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private static void spoil(Extent extent, Damage damage) throws IOException {
        try (FileChannel channel = FileChannel.open(extent.path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long loose = channel.size() - extent.forcedBytes;
            if (loose <= 0) {
                return;
            }
            switch (damage) {
                case DELETE, REORDER -> channel.truncate(extent.forcedBytes);
                case ZERO -> channel.write(ByteBuffer.allocate((int) loose), extent.forcedBytes);
                case HALVE -> channel.truncate(extent.forcedBytes + loose / 2);
                case FLIP -> {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    channel.read(one, extent.forcedBytes + loose / 2);
                    one.put(0, (byte) (one.get(0) ^ 4));
                    channel.write(one.rewind(), extent.forcedBytes + loose / 2);
                }
            }
        }
    }

    private void follow(Path from, Path to) {
        for (NameChange change : names) {
            if (change.path.startsWith(from)) {
                change.path = to.resolve(from.relativize(change.path));
            }
        }
        for (Extent extent : extents) {
            if (extent.path.startsWith(from)) {
                extent.path = to.resolve(from.relativize(extent.path));
            }
        }
    }

    @Override
    public OpenFile create(Path file) throws IOException {
        OpenFile open = disk.create(file);
        names.add(new NameChange(Kind.CREATED, file, file));
        return tracked(open, file, 0);
    }

    @Override
    public OpenFile reopen(Path file) throws IOException {
        OpenFile open = disk.reopen(file);
        for (Extent extent : extents) {
            if (extent.path.equals(file)) {
                return new File(open, extent);
            }
        }
        return tracked(open, file, open.sizeBytes());
    }

    private OpenFile tracked(OpenFile open, Path file, long forcedBytes) {
        Extent extent = new Extent(file, forcedBytes);
        extents.add(extent);
        return new File(open, extent);
    }

    @Override
    public OpenFolder openFolder(Path folder) throws IOException {
        return new Folder(disk.openFolder(folder), folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        disk.createFolder(folder);
        names.add(new NameChange(Kind.CREATED, folder, folder));
    }

    @Override
    public void renameFolder(Path folder, Path target) throws IOException {
        disk.renameFolder(folder, target);
        follow(folder, target);
        names.add(new NameChange(Kind.RENAMED, target, folder));
    }

    @Override
    public void replaceFile(Path file, Path target) throws IOException {
        Path grave = graveyard.resolve("grave-" + graves++);
        if (Files.exists(target)) {
            Files.createLink(grave, target);
        }
        extents.removeIf(extent -> extent.path.equals(target));
        // Its own coming into being is settled with the name it has from now on.
        names.removeIf(change -> change.path.equals(file));
        disk.replaceFile(file, target);
        follow(file, target);
        names.add(new NameChange(Kind.REPLACED, target, grave));
    }

    @Override
    public void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            disk.delete(path);
            names.add(new NameChange(Kind.DELETED_FOLDER, path, path));
        } else {
            Path grave = graveyard.resolve("grave-" + graves++);
            Files.createLink(grave, path);
            disk.delete(path);
            extents.removeIf(extent -> extent.path.equals(path));
            names.add(new NameChange(Kind.DELETED_FILE, path, grave));
        }
    }

    private static final class File implements OpenFile {
        private final OpenFile file;
        private final Extent extent;

        private File(OpenFile file, Extent extent) {
            this.file = file;
            this.extent = extent;
        }

        @Override
        public void write(ByteBuffer bytes, long offsetBytes) throws IOException {
            extent.forcedBytes = Math.min(extent.forcedBytes, offsetBytes);
            file.write(bytes, offsetBytes);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            file.truncate(sizeBytes);
            extent.forcedBytes = Math.min(extent.forcedBytes, sizeBytes);
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public void force() throws IOException {
            extent.forcedBytes = file.sizeBytes();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private final class Folder implements OpenFolder {
        private final OpenFolder open;
        private final Path folder;

        private Folder(OpenFolder open, Path folder) {
            this.open = open;
            this.folder = folder;
        }

        @Override
        public void force() {
            for (NameChange settled : List.copyOf(names)) {
                if (folder.equals(settled.path.getParent())) {
                    names.remove(settled);
                    if (settled.kind == Kind.DELETED_FOLDER) {
                        // What was in it is gone with it.
                        names.removeIf(inside -> inside.path.startsWith(settled.path));
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            open.close();
        }
    }
}
