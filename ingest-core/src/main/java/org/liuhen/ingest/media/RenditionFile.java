package org.liuhen.ingest.media;

import java.nio.file.Path;

/** A file of a rendition, to be served to a browser. */
public record RenditionFile(Path path, String contentType) {}
