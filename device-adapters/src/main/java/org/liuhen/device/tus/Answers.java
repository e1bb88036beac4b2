package org.liuhen.device.tus;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/** What upload resources answer, whichever protocol asks. */
final class Answers {
    private Answers() {}

    static String location(Upload upload) {
        return "/uploads/" + upload.id();
    }

    /** Adds what tells a device that it may forget its copy, if the upload is finished. */
    static Response withRecording(Response response, Upload upload) {
        RecordingId recording = upload.recording();
        Fingerprint fingerprint = upload.fingerprint();
        return recording == null || fingerprint == null
                ? response
                : response.with("liuhen-recording", recording.hex()).with("repr-digest", reprDigest(fingerprint));
    }

    /** Source: RFC 9530. */
    static String reprDigest(Fingerprint fingerprint) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(fingerprint.bytes()) + ":";
    }

    /** The upload that the path of a request names. */
    static UploadId id(Request request) throws Problem {
        try {
            return new UploadId(request.parameter("id"));
        } catch (InvalidField ignored) {
            // nothing has such a name, so it is simply not there
            throw unknownUpload();
        }
    }

    static Problem uncached(Problem problem) {
        return problem.header("cache-control", "no-store");
    }

    /** What uploads may be, as the field {@code Upload-Limit} says it. */
    static String limit(UploadSettings settings) {
        return "max-size=" + settings.largestBytes() + ", max-age="
                + settings.unfinishedFor().toSeconds();
    }

    /** The reply to a whole file: what it became and where its receipt is. */
    static Response stored(int status, Upload upload) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("recording", String.valueOf(upload.recording()));
        document.put("sha256", String.valueOf(upload.fingerprint()));
        document.put("size", upload.offsetBytes());
        document.put("receipt", "/api/v1/recordings/" + upload.recording() + "/receipt");
        return withRecording(Response.json(status, document).with("location", location(upload)), upload);
    }

    static Problem unauthorized() {
        return new Problem(401, "unauthorized", "credentials: none (expected: Authorization: Bearer TOKEN)")
                .header("www-authenticate", "Bearer realm=\"liuhen\"");
    }

    static Problem foreignDevice() {
        return new Problem(403, "foreign-device", "device: not the one this token belongs to (expected: its own)")
                .member("field", "device");
    }

    static Problem foreignUpload() {
        return new Problem(403, "foreign-upload", "upload: belongs to another device, or is made of parts");
    }

    static Problem notAllowed(String why) {
        return new Problem(403, "not-allowed", why);
    }

    static Problem unknownUpload() {
        return new Problem(404, "unknown-upload", "upload: unknown, expired or given up (expected: begin a new one)");
    }

    static Problem wrongOffset(long offsetBytes) {
        return new Problem(
                        409,
                        "wrong-offset",
                        "Upload-Offset: not where the upload stands (expected: " + offsetBytes + ")")
                .member("expected-offset", offsetBytes)
                .header("upload-offset", Long.toString(offsetBytes));
    }

    static Problem superseded() {
        return new Problem(409, "superseded", "upload: a newer request has taken it over; what came before is kept");
    }

    static Problem tooLong(long mostBytes) {
        return new Problem(
                413, "too-long", "body: exceeds the upload's length (expected: at most " + mostBytes + " bytes)");
    }

    static Problem sealed() {
        return new Problem(403, "sealed", "upload: is a recording already; only retention ends recordings");
    }

    static Problem fingerprintMismatch(Written.FingerprintMismatch mismatch) {
        return new Problem(
                        422,
                        "fingerprint-mismatch",
                        "sha256: " + mismatch.actual() + " (expected: " + mismatch.declared()
                                + " as declared); nothing is kept, push it again")
                .member("field", "sha256");
    }
}
