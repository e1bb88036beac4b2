package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import java.nio.file.Path;

/** A file cannot be lent to a child that runs already, because it lies on another file system than the exchange. */
public final class CannotLend extends Exception {
    CannotLend(Path file, IOException cause) {
        super("media child: cannot be lent, file=" + file, cause);
    }
}
