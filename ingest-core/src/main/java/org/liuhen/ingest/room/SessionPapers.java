package org.liuhen.ingest.room;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/** Keeps the manifests of sessions: each is an attachment of its session, an original like any other. */
public final class SessionPapers {
    private final Uploads uploads;

    public SessionPapers(Uploads uploads) {
        this.uploads = uploads;
    }

    /** Durable on return. */
    InterrogationSession.Sealed keep(InterrogationSession session, byte[] manifest, Instant at) throws StorageFailure {
        UploadMetadata metadata = UploadMetadata.of(Map.of(
                "case", List.of(session.caseNumber().value()),
                "session", List.of(session.id().value()),
                "attachment", List.of(AttachmentRole.SESSION_MANIFEST.value()),
                "kind", List.of(RecordingKind.INTERROGATION.label()),
                "filename", List.of("session-" + session.id() + "-" + session.version() + ".json"),
                "filetype", List.of("application/json")));
        Principal room = new Principal.OfDevice(new DeviceId(session.room()));
        Begun begun =
                uploads.begin(room, metadata, Uploads.WHOLE_FILE, Map.of(), OptionalLong.of(manifest.length), false);
        if (!(begun instanceof Begun.Ready ready)) {
            throw new IllegalStateException("manifest: " + begun + " (expected: ready), session=" + session.id());
        }
        UploadWriter writer = ready.writer();
        writer.write(ByteBuffer.wrap(manifest));
        if (!(writer.finish() instanceof Written.Sealed sealed)) {
            throw new IllegalStateException("manifest: was not sealed, session=" + session.id());
        }
        Upload upload = sealed.upload();
        return new InterrogationSession.Sealed(
                Objects.requireNonNull(upload.recording()), Objects.requireNonNull(upload.fingerprint()), at);
    }
}
