package org.liuhen.tools.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.storage.Progress;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.tools.upkeep.Reindex;
import org.liuhen.tools.upkeep.Restoration;

/** A data folder that this process holds and no server runs on, for what cannot be done beside one. */
public final class StoppedStore implements AutoCloseable {
    private final DataFolder data;
    private final ServerSettings settings;
    private final InstantSource clock = InstantSource.system();

    private StoppedStore(DataFolder data, ServerSettings settings) {
        this.data = data;
        this.settings = settings;
    }

    /**
     * Takes a folder that is there.
     *
     * @throws StorageFailure {@code LOCKED} if a server has it; {@code MISSING} if nothing is there
     */
    public static StoppedStore open(Path folder, ServerConfiguration configuration) throws StorageFailure, IOException {
        if (!java.nio.file.Files.isDirectory(folder.resolve("vault"))) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "data folder: " + folder + " holds no store (expected: --data DIR of a server)");
        }
        return new StoppedStore(DataFolder.open(folder), new ServerSettings(configuration));
    }

    /**
     * Takes a folder to restore into, made if need be.
     *
     * @throws StorageFailure {@code LOCKED} if a server has it
     */
    public static StoppedStore openEmpty(Path folder) throws StorageFailure, IOException {
        return new StoppedStore(DataFolder.open(folder), new ServerSettings(ServerConfiguration.defaults()));
    }

    /** Brings back what a backup holds, see {@link Restoration}. */
    public Restoration.Report restore(Path backup, Progress progress) throws StorageFailure, IOException {
        return new Restoration(data.root(), DurableFiles.LOCAL, clock, new SecureRandom()).run(backup, progress);
    }

    /** Rebuilds what is derived, see {@link Reindex}. */
    public Reindex.Report reindex(Progress progress) throws StorageFailure, IOException {
        try (FileVault vault = FileVault.open(data.vault(), settings.vault(), clock)) {
            return new Reindex(
                            data.root(),
                            DurableFiles.LOCAL,
                            vault,
                            Renditions.open(data.renditions()),
                            settings.schedule(),
                            clock,
                            new SecureRandom())
                    .run(progress);
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
