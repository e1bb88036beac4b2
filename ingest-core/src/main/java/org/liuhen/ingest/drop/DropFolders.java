package org.liuhen.ingest.drop;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.ingest.naming.NameReading;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;

/** The folders of all devices, by whichever protocol they come. One for a server. */
public final class DropFolders {
    private final Uploads uploads;
    private final NamingPresets presets;
    private final DevicePass.Receipts receipts;
    private final InstantSource clock;
    private final Map<DeviceId, DropFolder> folders = new ConcurrentHashMap<>();

    public DropFolders(Uploads uploads, NamingPresets presets, DevicePass.Receipts receipts, InstantSource clock) {
        this.uploads = uploads;
        this.presets = presets;
        this.receipts = receipts;
        this.clock = clock;
    }

    /**
     * Lets a device into its folder.
     *
     * @param protocol by which it comes, for upload rows
     */
    public DropVisit visit(DevicePass pass, String protocol) {
        DropFolder folder =
                folders.computeIfAbsent(pass.principal().device(), device -> new DropFolder(uploads, pass.principal()));
        return new DropVisit(pass, folder, this, uploads, clock, protocol);
    }

    byte[] receipt(DevicePass pass, org.liuhen.storage.RecordingId recording) throws StorageFailure {
        return receipts.receipt(pass.principal(), recording);
    }

    /** What a path declares about a recording. What it says and cannot be used is left out: the footage is taken. */
    UploadMetadata metadata(DropPath path, DevicePass pass) throws StorageFailure {
        NameReading name = presets.read(path.toString());
        Map<String, String> declared = new TreeMap<>();
        declared.put("filename", path.toString());
        FileNames.type(path.name()).ifPresent(type -> declared.put("filetype", type));
        if (name.important()) {
            declared.put("important", "true");
        }
        if (name.time() != null) {
            declared.put("from", name.time().toString());
        }
        if (pass.officerAt(begun(name, pass)).isEmpty()) {
            put(declared, "officer", name.officer());
        }
        if (pass.unit().isEmpty()) {
            put(declared, "unit", name.unit());
        }
        put(declared, "case", name.caseNumber());
        put(declared, "session", name.session());
        return UploadMetadata.ofDeclared(declared);
    }

    /** When a recording began, as far as its name tells, by the server's clock. */
    private Instant begun(NameReading name, DevicePass pass) throws StorageFailure {
        Instant told = name.time();
        return told == null
                ? clock.instant()
                : told.plus(uploads.dockings().correction(pass.principal().device(), told));
    }

    private static void put(Map<String, String> declared, String key, @org.jspecify.annotations.Nullable String value) {
        if (value != null) {
            try {
                UploadMetadata.of(Map.of(key, List.of(value)));
                declared.put(key, value);
            } catch (InvalidField ignored) {
                // a name is a hint: what it hints at in vain is not worth a recording
            }
        }
    }
}
