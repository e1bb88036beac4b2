package org.liuhen.device.ftp;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.ftpserver.ftplet.FileSystemView;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpFile;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DropEntry;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.storage.StorageFailure;

/** Where one connection stands in its device's folder. Names come one character a byte. */
final class FolderView implements FileSystemView {
    private final DropVisit visit;
    private DropPath working = DropPath.ROOT;
    private @Nullable DockCharset spoken;

    FolderView(DropVisit visit) {
        this.visit = visit;
    }

    /** How names are to be understood from now on. */
    void spoken(DockCharset charset) {
        spoken = charset;
    }

    Charset charset() {
        return spoken == null ? StandardCharsets.UTF_8 : spoken.charset();
    }

    DropVisit visit() {
        return visit;
    }

    DropPath path(String argument) throws DropRefusal {
        return working.resolve(spoken == null ? FileNames.decode(argument) : spoken.decode(argument));
    }

    @Override
    public FtpFile getHomeDirectory() {
        return new FolderFile(visit, DropPath.ROOT);
    }

    @Override
    public FtpFile getWorkingDirectory() {
        return new FolderFile(visit, working);
    }

    @Override
    public boolean changeWorkingDirectory(String argument) throws FtpException {
        try {
            DropPath path = path(argument);
            if (visit.entry(path).filter(DropEntry::isFolder).isEmpty()) {
                return false;
            }
            working = path;
            return true;
        } catch (DropRefusal refusal) {
            return false;
        } catch (StorageFailure failure) {
            throw new FtpException("folder: cannot be looked up", failure);
        }
    }

    @Override
    public FtpFile getFile(String argument) throws FtpException {
        try {
            return new FolderFile(visit, path(argument));
        } catch (DropRefusal refusal) {
            throw new FtpException(refusal.getMessage());
        }
    }

    @Override
    public boolean isRandomAccessible() {
        return true;
    }

    @Override
    public void dispose() {
        // nothing is held
    }
}
