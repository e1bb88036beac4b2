package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.StructuredField;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.fault.Mutation;

/** Fields and heads that are nearly right, for every parser of this package: no crash, no hang, no 500. */
class MutatedRequestTest {
    @TempDir
    private Path folder;

    @Test
    void fields_are_read_or_refused_by_name() throws Exception {
        Mutation.of(MutatedRequestTest.class, "fields").run(10_000, bytes -> {
            String field = new String(bytes, StandardCharsets.ISO_8859_1);
            List<Runnable> parsers = List.of(
                    () -> UploadMetadata.of(TusMetadata.read(field)),
                    () -> Checksum.announced(field),
                    () -> Concat.read(field),
                    () -> ContentDisposition.filename(field),
                    () -> StructuredField.item(List.of(field)),
                    () -> StructuredField.dictionary(List.of(field)),
                    () -> BodyDigest.ofContent(Headers.NONE.with("content-digest", field)),
                    () -> BodyDigest.ofRepresentation(Headers.NONE.with("repr-digest", field)));
            StringBuilder answers = new StringBuilder();
            for (Runnable parser : parsers) {
                try {
                    parser.run();
                    answers.append("read ");
                } catch (InvalidField refused) {
                    assertThat(refused.field()).isNotEmpty();
                    answers.append(refused.field().length() > 20 ? "long" : refused.field())
                            .append(' ');
                }
            }
            return answers.toString();
        });
    }

    @Test
    void whole_heads_are_answered_and_never_with_a_500() throws Exception {
        try (IngestServer server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new)) {
            TusPusher dock = new TusPusher(server.address(), IngestServer.TOKEN);
            Mutation.of(MutatedRequestTest.class, "heads").run(250, bytes -> {
                String upload = dock.begin(new TreeMap<>(), 100).upload();
                byte[] head = Mutation.with(Mutation.with(bytes, "@UPLOAD@", upload), "@TOKEN@", IngestServer.TOKEN);
                return Mutation.http(server.address(), head);
            });
            assertThat(dock.begin(new TreeMap<>(), 10).upload())
                    .as("still serving")
                    .isNotEmpty();
            assertThat(server.catalog().ledger().audit()).isEmpty();
        }
    }
}
