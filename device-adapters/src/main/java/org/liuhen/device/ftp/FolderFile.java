package org.liuhen.device.ftp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.apache.ftpserver.ftplet.FtpFile;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DropEntry;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.storage.StorageFailure;

/** A file or folder to be looked at, in the words of Apache FtpServer; what changes anything is a command of our own. */
final class FolderFile implements FtpFile {
    private final DropVisit visit;
    private final DropPath path;
    private @Nullable DropEntry entry;

    FolderFile(DropVisit visit, DropPath path) {
        this.visit = visit;
        this.path = path;
    }

    private FolderFile(DropVisit visit, DropEntry entry) {
        this(visit, entry.path());
        this.entry = entry;
    }

    private Optional<DropEntry> entry() {
        if (entry == null) {
            try {
                entry = visit.entry(path).orElse(null);
            } catch (StorageFailure | DropRefusal e) {
                throw new IllegalStateException("file: cannot be looked up: " + e.getMessage(), e);
            }
        }
        return Optional.ofNullable(entry);
    }

    @Override
    public String getAbsolutePath() {
        return path.toString();
    }

    @Override
    public String getName() {
        return path.isRoot() ? "/" : path.name();
    }

    @Override
    public boolean isHidden() {
        return false;
    }

    @Override
    public boolean isDirectory() {
        return entry().filter(DropEntry::isFolder).isPresent();
    }

    @Override
    public boolean isFile() {
        return entry().filter(found -> !found.isFolder()).isPresent();
    }

    @Override
    public boolean doesExist() {
        return entry().isPresent();
    }

    @Override
    public boolean isReadable() {
        return entry().filter(found -> found.isFolder() || found.kind() == DropEntry.Kind.RECEIPT)
                .isPresent();
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public boolean isRemovable() {
        return entry().filter(found -> found.kind() == DropEntry.Kind.UNFINISHED)
                .isPresent();
    }

    @Override
    public String getOwnerName() {
        return "device";
    }

    @Override
    public String getGroupName() {
        return "device";
    }

    @Override
    public int getLinkCount() {
        return 1;
    }

    @Override
    public long getLastModified() {
        return entry().map(found -> found.modified().toEpochMilli()).orElse(0L);
    }

    @Override
    public boolean setLastModified(long time) {
        return false;
    }

    @Override
    public long getSize() {
        return entry().map(DropEntry::sizeBytes).orElse(0L);
    }

    @Override
    @SuppressWarnings("NullAway") // there is none
    public @Nullable Object getPhysicalFile() {
        return null;
    }

    @Override
    public boolean mkdir() {
        return false;
    }

    @Override
    public boolean delete() {
        return false;
    }

    @Override
    public boolean move(FtpFile to) {
        return false;
    }

    @Override
    public List<FolderFile> listFiles() {
        try {
            return visit.list(path).stream()
                    .map(found -> new FolderFile(visit, found))
                    .toList();
        } catch (StorageFailure | DropRefusal e) {
            throw new IllegalStateException("folder: cannot be listed: " + e.getMessage(), e);
        }
    }

    @Override
    public OutputStream createOutputStream(long offset) throws IOException {
        throw new IOException("file: is written by STOR and APPE only");
    }

    /** The bytes of a receipt; nothing else can be read. */
    @Override
    public InputStream createInputStream(long offset) throws IOException {
        try {
            InputStream in = new ByteArrayInputStream(visit.receipt(path));
            in.skipNBytes(offset);
            return in;
        } catch (StorageFailure | DropRefusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
