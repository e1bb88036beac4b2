package org.liuhen.storage.contract;

import java.time.Instant;
import java.util.List;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/** Manifests that speak of what an upload holds, with made-up particulars. */
public final class SampleManifests {
    public static final DeviceId DEVICE = new DeviceId("BWC-7");
    public static final Instant RECEIVED = Instant.parse("2026-03-09T08:15:30Z");

    private SampleManifests() {}

    /** Of everything written to {@code incoming} so far. */
    public static Manifest of(Vault.Incoming incoming, UploadId upload) {
        return new Manifest(
                Manifest.FORMAT,
                RecordingId.of(DEVICE, incoming.fingerprint()),
                incoming.fingerprint(),
                incoming.sizeBytes(),
                incoming.crc32cPerMiB(),
                upload,
                RecordingKind.BODY_WORN,
                DEVICE,
                null,
                null,
                null,
                List.of(new CaseNumber("永公(刑)立字〔2026〕0113号")),
                null,
                false,
                RECEIVED.minusSeconds(600),
                RECEIVED.minusSeconds(60),
                null,
                null,
                RECEIVED,
                "20260309_080530.mp4",
                "video/mp4");
    }
}
