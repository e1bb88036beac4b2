package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.StorageFailure;

/** Folders that hold files only. */
final class Folders {
    private Folders() {}

    /** What is in a folder, in no order. */
    static List<Path> list(Path folder) throws StorageFailure {
        try {
            return inside(folder);
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "folder " + folder + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    /** Deletes a folder and the files in it. Does nothing if it is not there. */
    static void delete(FileCalls files, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        DurableFiles.makeWritable(folder);
        for (Path file : inside(folder)) {
            files.delete(file);
        }
        files.delete(folder);
    }

    private static List<Path> inside(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
            names.forEach(paths::add);
            return paths;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
