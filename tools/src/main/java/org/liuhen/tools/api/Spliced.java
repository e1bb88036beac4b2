package org.liuhen.tools.api;

import java.nio.file.Path;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.media.playback.Splice;

/** Answers put together from an original. */
final class Spliced {
    private Spliced() {}

    /** @param original what the splice takes its stretches from */
    static Response.Spliced of(Path original, Splice splice) {
        return new Response.Spliced(
                original, splice.parts().stream().map(Spliced::piece).toList());
    }

    private static Response.Piece piece(Splice.Part part) {
        return part instanceof Splice.Taken taken
                ? new Response.Taken(taken.offsetBytes(), taken.sizeBytes())
                : new Response.Written(((Splice.Written) part).bytes());
    }
}
