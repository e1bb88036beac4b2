package org.liuhen.tools.clips;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * A clip that is there.
 *
 * @param file goes away with the clip
 * @param sha256 of the file, hex
 * @param sidecar what it was made from, see {@link Sidecar}
 */
public record MadeClip(
        Path file, long sizeBytes, String sha256, double fromSeconds, double toSeconds, ObjectNode sidecar) {}
