package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.CatalogRebuild;
import org.liuhen.storage.vault.FileCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of catalogs in a data folder; their names say their state, so a kill at any moment leaves the old catalog
 * or the new one.
 *
 * <table>
 *   <caption>Names and what becomes of them</caption>
 *   <tr><td>{@code catalog}</td><td>the catalog</td></tr>
 *   <tr><td>{@code catalog.making}</td><td>a rebuild was under way: worthless</td></tr>
 *   <tr><td>{@code catalog.copying}</td><td>what a backup copies from: dropped</td></tr>
 *   <tr><td>{@code catalog.made}</td><td>a whole rebuild: whoever opens the store next puts it in its place</td></tr>
 *   <tr><td>{@code catalog.before-<time>}</td><td>what a rebuild replaced; kept until the next rebuild or until somebody
 *       deletes it</td></tr>
 * </table>
 */
public final class CatalogFolders {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogFolders.class);
    private static final String BEFORE = "catalog.before-";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path root;
    private final FileCalls files;

    /** @param root the data folder, held by this process */
    public CatalogFolders(Path root, FileCalls files) {
        this.root = root;
        this.files = files;
    }

    Path catalog() {
        return root.resolve("catalog");
    }

    Path making() {
        return root.resolve("catalog.making");
    }

    Path copying() {
        return root.resolve("catalog.copying");
    }

    private Path made() {
        return root.resolve("catalog.made");
    }

    /** Catalogs that rebuilds replaced, the latest last. */
    public List<Path> replaced() throws IOException {
        List<Path> replaced = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(root, BEFORE + "*")) {
            names.forEach(replaced::add);
        }
        replaced.sort(null);
        return replaced;
    }

    /** Finishes or drops what an interrupted rebuild has left. To be called before the catalog is opened. */
    public void settle(Instant now) throws IOException {
        drop(making());
        dropCopy();
        if (Files.isDirectory(made())) {
            LOG.info("catalog: putting the rebuilt one in its place");
            replace(now);
        }
    }

    /**
     * Lets nobody make an empty catalog in the place of one that was lost. To be called before the catalog is opened.
     *
     * @throws StorageFailure {@code MISSING} if there is no catalog, but what only a catalog can account for
     */
    public void requireNotLost() throws StorageFailure, IOException {
        if (CatalogRebuild.isThere(catalog())) {
            return;
        }
        for (String witness : List.of("vault/originals", "vault/incoming", "ledger/checkpoint", "ledger/events")) {
            Path path = root.resolve(witness);
            if (Files.isRegularFile(path) || !FolderCopy.filesBelow(path).isEmpty()) {
                throw new StorageFailure(
                        StorageFailure.Kind.MISSING,
                        "catalog: lost, and " + path + " is not empty (expected: the catalog that belongs to it)."
                                + " Nothing is made in its place: go back to a copy with `liuhen restore`, or make it"
                                + " again from what is left with `liuhen reindex`, folder=" + catalog());
            }
        }
    }

    /** A free name beside {@code path} that says what it was and until when. */
    static Path aside(Path path, Instant now) {
        Instant free = now;
        Path aside;
        do {
            aside = path.resolveSibling(path.getFileName() + ".before-" + TIME.format(free));
            free = free.plus(1, ChronoUnit.SECONDS);
        } while (Files.exists(aside));
        return aside;
    }

    /** Drops what a backup copied from. */
    void dropCopy() throws IOException {
        drop(copying());
    }

    /** Puts what lies at {@link #making} in the catalog's place. Durable on return. */
    void publish(Instant now) throws IOException {
        for (Path old : replaced()) {
            drop(old);
        }
        files.renameFolder(making(), made());
        files.forceFolder(root);
        replace(now);
    }

    private void replace(Instant now) throws IOException {
        if (Files.isDirectory(catalog())) {
            files.renameFolder(catalog(), aside(catalog(), now));
            files.forceFolder(root);
        }
        files.renameFolder(made(), catalog());
        files.forceFolder(root);
    }

    private void drop(Path folder) throws IOException {
        FolderCopy.drop(folder, files);
    }
}
