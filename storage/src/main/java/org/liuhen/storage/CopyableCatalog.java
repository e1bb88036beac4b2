package org.liuhen.storage;

import java.nio.file.Path;

/** A catalog that can copy itself while it goes on. */
public interface CopyableCatalog extends Catalog {
    /**
     * Copies everything as it is at one instant. Changes wait meanwhile, reading goes on. The copy opens like the
     * catalog itself.
     *
     * @param folder is not there, on the catalog's own disk, where immutable files are linked rather than copied
     * @return how many events are in the copy
     */
    long copyTo(Path folder) throws StorageFailure;
}
