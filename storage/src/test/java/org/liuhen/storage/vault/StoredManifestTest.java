package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.UploadId;

/** Holds the format of {@code manifest.json} to a committed sample, and attacks its reader. */
class StoredManifestTest {
    private static final RecordingId ID = new RecordingId("0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    private static final Manifest MANIFEST = new Manifest(
            1,
            ID,
            new Fingerprint("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            1_048_577,
            List.of("364b3fb7", "00c0ffee"),
            new UploadId("00112233445566778899aabbccddeeff"),
            RecordingKind.INTERROGATION,
            new DeviceId("ROOM-2-CAM-1"),
            new OfficerId("永宁-0042"),
            new UnitId("yongning/west"),
            new SessionId("2026-03-09/room-2"),
            List.of(new CaseNumber("永公(刑)立字〔2026〕0113号"), new CaseNumber("A-17")),
            new Category("criminal-case"),
            true,
            Instant.parse("2026-03-09T08:05:30Z"),
            Instant.parse("2026-03-09T08:14:30.250Z"),
            Instant.parse("2026-03-09T08:05:00Z"),
            Instant.parse("2026-03-09T08:14:00.250Z"),
            Instant.parse("2026-03-09T08:15:30.123456789Z"),
            "20260309_080530.mp4",
            "video/mp4");

    private static byte[] sample() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(StoredManifestTest.class.getResourceAsStream("manifest-format-1.json"))) {
            return stream.readAllBytes();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void sample_of_format_1_is_read_and_written_byte_for_byte() throws Exception {
        assertThat(StoredManifest.read(sample(), ID)).isEqualTo(MANIFEST);
        assertThat(text(StoredManifest.write(MANIFEST))).isEqualTo(text(sample()));
    }

    @Test
    void manifest_of_an_attachment_is_read_and_written_byte_for_byte() throws Exception {
        byte[] sample;
        try (InputStream stream =
                Objects.requireNonNull(StoredManifestTest.class.getResourceAsStream("manifest-attachment.json"))) {
            sample = stream.readAllBytes();
        }
        RecordingId id = new RecordingId("53e78c64d877c441e1f329ba5e9040a5");
        Manifest manifest = StoredManifest.read(sample, id);

        assertThat(manifest.attachment()).isEqualTo(AttachmentRole.BOOKMARK);
        assertThat(manifest.madeId()).isEqualTo(id);
        assertThat(text(StoredManifest.write(manifest))).isEqualTo(text(sample));
        String lost = text(sample).replaceAll("(?m)^  \"session\".*\n", "");
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> StoredManifest.read(lost.getBytes(StandardCharsets.UTF_8), id))
                .withMessageContaining("attachment without a session");
    }

    @Test
    void absent_members_are_left_out_and_members_of_a_newer_minor_version_are_ignored() throws Exception {
        String without =
                text(sample()).replaceAll("(?m)^  \"(officer|unit|session|category|to|deviceFrom|deviceTo)\".*\n", "");

        Manifest manifest = StoredManifest.read(without.getBytes(StandardCharsets.UTF_8), ID);

        assertThat(manifest.officer()).isNull();
        assertThat(manifest.deviceTo()).isNull();
        assertThat(text(StoredManifest.write(manifest))).isEqualTo(without);
        String more = text(sample()).replace("\"size\"", "\"weather\" : [ \"fog\" ],\n  \"size\"");
        assertThat(StoredManifest.read(more.getBytes(StandardCharsets.UTF_8), ID))
                .isEqualTo(MANIFEST);
    }

    @Test
    void newer_format_is_too_new_whatever_else_it_holds() {
        for (String newer :
                List.of("{\"format\" : 2, \"sha256\" : {\"now\" : \"an object\"}}", "{\"format\" : 2147483647}")) {
            assertThatExceptionOfType(StorageFailure.class)
                    .isThrownBy(() -> StoredManifest.read(newer.getBytes(StandardCharsets.UTF_8), ID))
                    .withMessageContaining(ID.hex())
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.FORMAT_TOO_NEW));
        }
    }

    static List<Path> badManifests() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(StoredManifestTest.class.getResource("bad-manifests"));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("badManifests")
    void bad_manifest_is_corrupt(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);

        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> StoredManifest.read(bytes, ID))
                .withMessageContaining(ID.hex())
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.CORRUPT));
    }

    @Test
    void manifest_cut_anywhere_is_corrupt() throws Exception {
        byte[] sample = sample();
        // Without the line end at the end it is still whole.
        for (int size = 0; size < sample.length - 1; size++) {
            byte[] cut = java.util.Arrays.copyOf(sample, size);
            assertThatExceptionOfType(StorageFailure.class)
                    .as("size %d", size)
                    .isThrownBy(() -> StoredManifest.read(cut, ID));
        }
    }
}
