package org.liuhen.device.axis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * The session manifest of a container that is complete: everything that was told about it and its objects, sealed as an
 * attachment so that it is kept, proved and exported with the clips. The same content is the same attachment.
 *
 * <table>
 *   <caption>{@value #FORMAT}, JSON</caption>
 *   <tr><td>format</td><td>{@value #FORMAT}</td></tr>
 *   <tr><td>system, container</td><td>names</td></tr>
 *   <tr><td>metadata</td><td>of the container, values by lower-case key</td></tr>
 *   <tr><td>objects</td><td>by name: name, metadata, recording, former, sha256, md5, size, receivedAt</td></tr>
 * </table>
 */
final class SessionPapers {
    static final String FORMAT = "liuhen-axis-container-1";

    private final Uploads uploads;
    private final Shelf shelf;

    SessionPapers(Uploads uploads, Shelf shelf) {
        this.uploads = uploads;
        this.shelf = shelf;
    }

    /** Durable on return. Does nothing for a container without objects. */
    void write(AxisAccount account, AxisContainer container) throws StorageFailure {
        List<AxisObject> objects = shelf.objects(container);
        if (objects.isEmpty()) {
            return;
        }
        byte[] json = json(container, objects);
        UploadMetadata metadata = UploadMetadata.ofDeclared(Map.of(
                "session",
                container.session().value(),
                "attachment",
                AttachmentRole.SESSION_MANIFEST.value(),
                "filename",
                "session-manifest.json",
                "filetype",
                "application/json"));
        Begun begun = uploads.begin(
                new Principal.OfDevice(account.system()),
                metadata,
                Uploads.WHOLE_OBJECT,
                Map.of(),
                OptionalLong.of(json.length),
                false);
        if (!(begun instanceof Begun.Ready ready)) {
            throw new IllegalStateException("session manifest: refused, system=" + account.name());
        }
        UploadWriter writer = ready.writer();
        writer.write(ByteBuffer.wrap(json));
        if (!(writer.finishWhole() instanceof Written.Sealed)) {
            throw new IllegalStateException("session manifest: not sealed, system=" + account.name());
        }
    }

    static byte[] json(AxisContainer container, List<AxisObject> objects) {
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        json.put("format", FORMAT);
        json.put("system", container.account());
        json.put("container", container.name());
        json.set("metadata", StoredJson.MAPPER.valueToTree(container.metadata()));
        ArrayNode list = json.putArray("objects");
        for (AxisObject object : objects) {
            ObjectNode one = list.addObject();
            one.put("name", object.name());
            one.set("metadata", StoredJson.MAPPER.valueToTree(object.metadata()));
            one.set("recording", StoredJson.MAPPER.valueToTree(object.recording()));
            one.set("former", StoredJson.MAPPER.valueToTree(object.former()));
            one.set("sha256", StoredJson.MAPPER.valueToTree(object.fingerprint()));
            one.put("md5", object.md5());
            one.put("size", object.sizeBytes());
            one.put("receivedAt", object.receivedAt().toString());
        }
        try {
            return (StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("session manifest: cannot be written", e);
        }
    }
}
