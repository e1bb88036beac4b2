package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.liuhen.storage.vault.DurableFiles;

/**
 * FFmpeg's libraries as plain files in one folder, so that children need neither unpack nor write anything. Named after
 * the jars they come from; several programs may share the folder above.
 */
final class Natives {
    private static final String WHOLE = "libraries-";

    private Natives() {}

    /**
     * Unpacks what is not unpacked yet.
     *
     * @param root made if missing
     * @param jars those that hold libraries; others are passed over
     * @param platform for example {@code linux-x86_64}
     */
    static Path unpack(Path root, List<Path> jars, String platform) throws IOException {
        StringBuilder names = new StringBuilder(WHOLE);
        for (Path jar : jars) {
            String name = String.valueOf(jar.getFileName());
            if (name.contains(platform)) {
                names.append(name, 0, name.length() - ".jar".length()).append('+');
            }
        }
        Path target = root.resolve(names.substring(0, names.length() - 1));
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(root);
        Path making = Files.createTempDirectory(root, "unpacking-");
        try {
            for (Path jar : jars) {
                if (Files.isRegularFile(jar)) {
                    copy(jar, "/" + platform + "/", making);
                }
            }
            publish(making, target);
        } finally {
            remove(making);
        }
        return target;
    }

    private static void copy(Path jar, String folder, Path to) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            Enumeration<JarEntry> entries = open.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName();
                int at = name.indexOf(folder);
                String file = name.substring(Math.max(0, name.lastIndexOf('/') + 1));
                if (at >= 0 && file.startsWith("lib") && file.contains(".so")) {
                    try (InputStream bytes = open.getInputStream(entry)) {
                        Files.copy(bytes, to.resolve(file));
                    }
                }
            }
        }
    }

    /** Another program may be doing the same: whoever comes first wins. */
    private static void publish(Path made, Path target) throws IOException {
        try {
            DurableFiles.LOCAL.renameFolder(made, target);
        } catch (IOException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.deleteIfExists(folder);
    }
}
