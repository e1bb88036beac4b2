package org.liuhen.tools.clips;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.media.ClipOutcome;
import org.liuhen.ingest.media.ClipReport;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.playback.PlaybackIndex;
import org.liuhen.ingest.media.playback.Splice;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.access.ReceiptDesk;
import org.liuhen.tools.clips.Sidecar.Source;

/**
 * Makes clips with their sidecars: into a file, then its fingerprint, then the custody events that name it, and only then
 * it is anybody's.
 */
public final class ClipMaker {
    private final FootageDesk desk;
    private final ReceiptDesk receipts;
    private final MediaTools tools;
    private final InstantSource clock;

    public ClipMaker(FootageDesk desk, ReceiptDesk receipts, MediaTools tools, InstantSource clock) {
        this.desk = desk;
        this.receipts = receipts;
        this.tools = tools;
        this.clock = clock;
    }

    /** As {@link #sources}, then says when each part is shown, and where. */
    WantedClip placed(Principal who, WantedClip wanted) throws StorageFailure, Problem {
        return wanted.placed(sources(who, wanted).stream()
                .map(FootageDesk.ClipSource::recording)
                .toList());
    }

    /** Looks whether somebody may have it, and everything is there. */
    public List<FootageDesk.ClipSource> sources(Principal who, WantedClip wanted) throws StorageFailure, Problem {
        List<FootageDesk.ClipSource> sources = new ArrayList<>();
        for (var id : wanted.recordings()) {
            sources.add(desk.clipSource(who, id));
        }
        return sources;
    }

    /**
     * Makes a clip. Durable is only its custody.
     *
     * @param file written anew; the caller's, also if it fails
     * @param progress told how far it is, seconds of the clip
     */
    public MadeClip make(Principal who, WantedClip wanted, Path file, DoubleConsumer progress)
            throws StorageFailure, Problem, IOException {
        List<FootageDesk.ClipSource> sources = sources(who, wanted);
        try (ClipInputs inputs = ClipInputs.of(sources, file)) {
            ClipReport report = cut(wanted, sources.get(0).index(), inputs.files(), file, progress);
            String sha256;
            try (InputStream in = Files.newInputStream(file)) {
                sha256 = DigestUtils.sha256Hex(in);
            }
            List<Source> papers = new ArrayList<>();
            for (int i = 0; i < sources.size(); i++) {
                ClipPart part = wanted.order().parts().get(i);
                RecordingId id = wanted.recordings().get(i);
                ClipInputs.Regained regained = inputs.regained(id);
                desk.clipped(who, id, details(wanted, part, sha256, regained != null), wanted.reason());
                papers.add(new Source(sources.get(i).recording(), part, receipts.receipt(who, id), regained));
            }
            long sizeBytes = Files.size(file);
            ClipReport.Part first = report.parts().get(0);
            ClipReport.Part last = report.parts().get(report.parts().size() - 1);
            return new MadeClip(
                    file,
                    sizeBytes,
                    sha256,
                    first.fromSeconds(),
                    last.toSeconds(),
                    Sidecar.of(wanted, papers, report, sha256, sizeBytes, who, clock.instant()));
        }
    }

    /** Ends what is being cut, and cuts no more. Idempotent. */
    void end() {
        tools.close();
    }

    private static Map<String, String> details(WantedClip wanted, ClipPart part, String sha256, boolean repaired) {
        Map<String, String> details = new TreeMap<>();
        details.put("from", Double.toString(part.span().fromSeconds()));
        details.put("to", Double.toString(part.span().toSeconds()));
        details.put("sha256", sha256);
        if (wanted.exact()) {
            details.put("exact", "true");
        }
        if (repaired) {
            details.put("repaired", "true");
        }
        if (wanted.recordings().size() > 1) {
            details.put("arrangement", wanted.order().arrangement().name().toLowerCase(Locale.ROOT));
        }
        put(details, "masks", part.masks().size());
        put(details, "muted", part.mutes().size());
        put(details, "disguised", part.disguises().size());
        return details;
    }

    private static void put(Map<String, String> details, String name, int count) {
        if (count > 0) {
            details.put(name, Integer.toString(count));
        }
    }

    /**
     * Cuts it.
     *
     * @param index where everything lies in the first file, if that plays as it is
     * @param files one for each part
     */
    private ClipReport cut(
            WantedClip wanted, Optional<PlaybackIndex> index, List<Path> files, Path file, DoubleConsumer progress)
            throws Problem, IOException {
        ClipPart only = wanted.order().parts().get(0);
        ClipOutcome outcome;
        if (wanted.exact()) {
            outcome = tools.cut(wanted.order(), files, file, progress);
        } else {
            double from = only.span().fromSeconds();
            double to = only.span().toSeconds();
            Path original = files.get(0);
            Optional<PlaybackIndex.Cut> copied = index.flatMap(known -> known.excerpt(from, to));
            if (copied.isPresent()) {
                write(copied.get().file(), original, file);
                return ClipReport.straight(
                        copied.get().fromSeconds(), copied.get().toSeconds());
            }
            outcome = tools.clip(original, from, to, file);
        }
        if (outcome instanceof ClipOutcome.Made made) {
            return made.report();
        }
        if (outcome instanceof ClipOutcome.Cut cut) {
            return cut.report();
        }
        throw new Problem(422, "not-cut", "clip: " + ((ClipOutcome.NotCut) outcome).why());
    }

    private static void write(Splice splice, Path original, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                WritableByteChannel to = Channels.newChannel(out);
                FileChannel from = FileChannel.open(original, StandardOpenOption.READ)) {
            for (Splice.Part part : splice.parts()) {
                if (part instanceof Splice.Written written) {
                    out.write(written.bytes());
                } else if (part instanceof Splice.Taken taken) {
                    long done = 0;
                    while (done < taken.sizeBytes()) {
                        long more = from.transferTo(taken.offsetBytes() + done, taken.sizeBytes() - done, to);
                        if (more <= 0) {
                            throw new IOException("original: ends too early, file=" + original);
                        }
                        done += more;
                    }
                }
            }
        }
    }
}
