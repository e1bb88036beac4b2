package org.liuhen.storage.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.vault.DurableFiles;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native part of RocksDB, unpacked once as {@code natives/rocksdb-<crc>/} beside the catalog and loaded from there.
 * RocksDB by itself unpacks it anew at each start into the temporary folder, where a killed process leaves it behind.
 */
final class RocksLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(RocksLibrary.class);

    private RocksLibrary() {}

    /** Loads it, once for each process. Where it cannot be unpacked or run from, RocksDB finds its own way. */
    static synchronized void load(Path natives) {
        try {
            Path unpacked = unpacked(natives);
            if (unpacked != null) {
                RocksDB.loadLibrary(List.of(unpacked.toString()));
                return;
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.warn("catalog: the native library cannot be kept in {}, it goes to the temporary folder", natives, e);
        }
        RocksDB.loadLibrary();
    }

    /** The folder that holds the library; null if it does not come in a jar. */
    private static @Nullable Path unpacked(Path natives) throws IOException {
        String name = Environment.getJniLibraryFileName("rocksdb");
        URL packed = RocksDB.class.getClassLoader().getResource(name);
        if (packed == null || !(packed.openConnection() instanceof JarURLConnection connection)) {
            return null;
        }
        JarEntry entry = connection.getJarEntry();
        Path folder = natives.toAbsolutePath().resolve("rocksdb-" + Long.toHexString(entry.getCrc()));
        // RocksDB asks for it by another name than the one it packs it under.
        Path library = folder.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
        if (!Files.exists(library) || Files.size(library) != entry.getSize()) {
            Files.createDirectories(folder);
            try (InputStream bytes = connection.getInputStream()) {
                // Two processes may do this at once: both put the same bytes there, whole.
                DurableFiles.replaceDurably(library, bytes.readAllBytes(), "rwxr-x---");
            }
        }
        return folder;
    }
}
