package org.liuhen.tools.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.ingest.media.ClipOutcome;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.playback.PlaybackIndex;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.clips.ClipInputs;
import org.liuhen.tools.clips.ClipMaker;
import org.liuhen.tools.clips.ClipShelf;
import org.liuhen.tools.clips.MadeClip;
import org.liuhen.tools.clips.WantedClip;

/**
 * Cutting excerpts: straight from originals that play as they are; else each is made by a child process in a file of its
 * own, sent, and removed.
 */
public final class ClipApi {
    private static final int AT_ONCE = 2;

    private final FootageDesk desk;
    private final MediaTools tools;
    private final ClipMaker maker;
    private final Path folder;
    private final Semaphore cutting = new Semaphore(AT_ONCE);

    /** @param folder where excerpts wait to be sent; emptied here of what a crash left */
    public ClipApi(FootageDesk desk, MediaTools tools, ClipMaker maker, Path folder) throws IOException {
        this.desk = desk;
        this.tools = tools;
        this.maker = maker;
        this.folder = ClipShelf.emptied(folder);
    }

    public List<Route> routes() {
        return List.of(Route.of("GET", "/api/v1/recordings/{id}/clip", this::clip));
    }

    private Response clip(Request request) throws Problem, StorageFailure, IOException {
        RecordingId id = RecordingsApi.id(request);
        double from = Fields.seconds(request, "from");
        double to = Fields.seconds(request, "to");
        if (Fields.flag(request, "exact")) {
            return exact(
                    request,
                    WantedClip.of(id, from, to, true, request.query("reason").orElse(null)));
        }
        FootageDesk.ClipSource source = desk.clipSource(
                request.principal(), id, from, to, request.query("reason").orElse(null));
        Optional<PlaybackIndex.Cut> copied = source.index().flatMap(index -> index.excerpt(from, to));
        if (copied.isPresent()) {
            PlaybackIndex.Cut cut = copied.get();
            return described(
                    new Response(200, Headers.NONE, Spliced.of(source.file(), cut.file())),
                    id,
                    cut.fromSeconds(),
                    cut.toSeconds());
        }
        begin();
        Path clip = Files.createTempFile(folder, id.hex(), ".mp4");
        ClipOutcome outcome;
        try (ClipInputs inputs = ClipInputs.of(List.of(source), clip)) {
            outcome = tools.clip(inputs.files().get(0), from, to, clip);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(clip);
            throw e;
        } finally {
            cutting.release();
        }
        if (outcome instanceof ClipOutcome.Cut cut) {
            return described(passing(clip), id, cut.fromSeconds(), cut.toSeconds());
        }
        Files.deleteIfExists(clip);
        throw new Problem(422, "not-cut", "clip: " + ((ClipOutcome.NotCut) outcome).why());
    }

    private void begin() throws Problem {
        if (!cutting.tryAcquire()) {
            throw new Problem(503, "busy", "clip: others are being cut; try again soon").header("retry-after", "5");
        }
    }

    private Response exact(Request request, WantedClip wanted) throws Problem, StorageFailure, IOException {
        maker.sources(request.principal(), wanted);
        begin();
        RecordingId id = wanted.recordings().get(0);
        Path file = Files.createTempFile(folder, id.hex(), ".mp4");
        try {
            MadeClip clip = maker.make(request.principal(), wanted, file, seconds -> {});
            return described(passing(file), id, clip.fromSeconds(), clip.toSeconds())
                    .with("etag", '"' + clip.sha256() + '"');
        } catch (Problem | StorageFailure | IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        } finally {
            cutting.release();
        }
    }

    private static Response passing(Path clip) {
        return new Response(200, Headers.NONE, new Response.Passing(clip));
    }

    private static Response described(Response response, RecordingId id, double fromSeconds, double toSeconds) {
        String name = String.format(Locale.ROOT, "%s-%.0f-%.0f.mp4", id, fromSeconds, toSeconds);
        return response.with("content-type", "video/mp4")
                .with("content-disposition", Attachment.disposition(name))
                .with("liuhen-clip", String.format(Locale.ROOT, "from=%.3f; to=%.3f", fromSeconds, toSeconds))
                .with("cache-control", "no-store");
    }
}
