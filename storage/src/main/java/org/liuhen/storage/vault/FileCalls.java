package org.liuhen.storage.vault;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The few calls by which a vault changes a disk. What they change is durable only after the force that covers it: a
 * file's bytes by {@link OpenFile#force}, the names in a folder by {@link OpenFolder#force}.
 */
public interface FileCalls {
    /**
     * Creates an empty file and opens it for writing.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    OpenFile create(Path file) throws IOException;

    /**
     * Opens a file that is there, to write on.
     *
     * @throws java.nio.file.NoSuchFileException if it is not
     */
    OpenFile reopen(Path file) throws IOException;

    /** Opens a folder, so that what happens in it can be forced without having to open it then. */
    OpenFolder openFolder(Path folder) throws IOException;

    /** @throws java.nio.file.FileAlreadyExistsException if the name is taken */
    void createFolder(Path folder) throws IOException;

    /**
     * Gives a folder another name on the same disk, at once and whole. Never replaces anything but an empty folder.
     *
     * @throws IOException also if something is at {@code target}
     */
    void renameFolder(Path folder, Path target) throws IOException;

    /**
     * Gives a file the name of another in the same folder, at once and whole, in the place of what may be there.
     */
    void replaceFile(Path file, Path target) throws IOException;

    /**
     * Removes a file or an empty folder.
     *
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    void delete(Path path) throws IOException;

    /**
     * Gives a file a second name on the same disk.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    default void link(Path file, Path name) throws IOException {
        Files.createLink(name, file);
    }

    /** A file open for writing. One thread at a time, but for {@link #force}. */
    interface OpenFile extends Closeable {
        /** Writes all of {@code bytes} from {@code offsetBytes} on. On failure some of them may be written. */
        void write(ByteBuffer bytes, long offsetBytes) throws IOException;

        /** Drops what is past {@code sizeBytes}. */
        void truncate(long sizeBytes) throws IOException;

        long sizeBytes() throws IOException;

        /** Makes the bytes written before the call durable, and the size that goes with them. */
        void force() throws IOException;
    }

    /** A folder open for forcing. */
    interface OpenFolder extends Closeable {
        /** Makes the names in the folder durable: those that came and those that went. */
        void force() throws IOException;
    }

    /** Opens, forces and closes a folder. */
    default void forceFolder(Path folder) throws IOException {
        try (OpenFolder open = openFolder(folder)) {
            open.force();
        }
    }
}
