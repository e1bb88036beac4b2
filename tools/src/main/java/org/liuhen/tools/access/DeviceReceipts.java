package org.liuhen.tools.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/** Receipts for devices that come by other ways than HTTP: the same document. */
public final class DeviceReceipts implements DevicePass.Receipts {
    private final ReceiptDesk desk;

    public DeviceReceipts(ReceiptDesk desk) {
        this.desk = desk;
    }

    @Override
    public byte[] receipt(Principal.OfDevice device, RecordingId recording) throws StorageFailure {
        try {
            return StoredJson.MAPPER.writeValueAsBytes(desk.receipt(device, recording));
        } catch (Problem e) {
            throw new StorageFailure(StorageFailure.Kind.MISSING, String.valueOf(e.getMessage()), e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("receipt: cannot be written, recording=" + recording, e);
        }
    }
}
