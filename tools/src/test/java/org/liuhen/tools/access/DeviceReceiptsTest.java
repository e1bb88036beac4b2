package org.liuhen.tools.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.vault.MemoryVault;
import org.liuhen.tools.evidence.ReceiptCheck;

class DeviceReceiptsTest {
    private static final Principal.OfDevice DOCK = new Principal.OfDevice(new DeviceId("dock-1"));

    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-05-01T08:00:00Z"));
    private final SecureRandom random = new SecureRandom();
    private final MemoryCatalog catalog = new MemoryCatalog(clock, random);
    private final MemoryVault vault = new MemoryVault();
    private final ReceiptDesk desk = new ReceiptDesk(catalog, clock);
    private final DeviceReceipts receipts = new DeviceReceipts(desk);
    private Uploads uploads;
    private RecordingId recording;

    @BeforeEach
    void push() throws Exception {
        uploads = Uploads.open(
                catalog, vault, Schedule.builtIn(), UploadSettings.DEFAULT, clock, random, new SimpleMeterRegistry());
        new Accounts(catalog, clock, random).addDevice(new Principal.OfConsole(), DOCK.device(), null, null, null);
        byte[] footage = "footage".getBytes(StandardCharsets.UTF_8);
        Begun begun = uploads.begin(
                DOCK,
                UploadMetadata.of(Map.of("filename", List.of("a.mp4"))),
                "ftp",
                Map.of(),
                OptionalLong.of(footage.length),
                true);
        var writer = ((Begun.Ready) begun).writer();
        writer.write(ByteBuffer.wrap(footage));
        recording = Objects.requireNonNull(
                ((Written.Sealed) writer.finish()).upload().recording());
    }

    @AfterEach
    void close() {
        uploads.close();
        desk.close();
        catalog.close();
    }

    @Test
    void receipt_is_the_document_that_http_hands_out_and_proves_itself() throws Exception {
        byte[] receipt = receipts.receipt(DOCK, recording);

        assertThat(receipt).isEqualTo(StoredJson.MAPPER.writeValueAsBytes(desk.receipt(DOCK, recording)));
        assertThat(new ReceiptCheck(List.of()).firstDifference(receipt)).isEmpty();
        assertThat(StoredJson.MAPPER.readTree(receipt).path("recording").asText())
                .isEqualTo(recording.hex());
    }

    @Test
    void receipt_is_the_same_when_the_event_is_no_longer_at_hand() throws Exception {
        try (ReceiptDesk later = new ReceiptDesk(catalog, clock)) {
            assertThat(later.receipt(DOCK, recording)).isEqualTo(desk.receipt(DOCK, recording));
        }
    }

    @Test
    void nobody_gets_a_receipt_for_what_they_did_not_send_or_what_is_not_there() {
        Principal.OfDevice other = new Principal.OfDevice(new DeviceId("dock-2"));
        RecordingId unknown = new RecordingId("0".repeat(32));
        assertThatThrownBy(() -> receipts.receipt(other, recording))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.MISSING));
        assertThatThrownBy(() -> receipts.receipt(DOCK, unknown))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.MISSING));
    }
}
