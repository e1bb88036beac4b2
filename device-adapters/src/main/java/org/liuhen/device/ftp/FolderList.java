package org.liuhen.device.ftp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.ftpserver.command.Command;
import org.apache.ftpserver.command.impl.listing.DirectoryLister;
import org.apache.ftpserver.command.impl.listing.FileFormater;
import org.apache.ftpserver.command.impl.listing.LISTFileFormater;
import org.apache.ftpserver.command.impl.listing.ListArgument;
import org.apache.ftpserver.command.impl.listing.ListArgumentParser;
import org.apache.ftpserver.command.impl.listing.MLSTFileFormater;
import org.apache.ftpserver.command.impl.listing.NLSTFileFormater;
import org.apache.ftpserver.ftplet.DataConnection;
import org.apache.ftpserver.ftplet.DataType;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpFile;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.FtpServerContext;
import org.apache.ftpserver.impl.IODataConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@code LIST}, {@code NLST}, {@code MLSD} and {@code MLST}: lines by Apache FtpServer, in the character set that the dock speaks, which
 * the library's own commands cannot. Source: RFC 959 section 4.1.3, RFC 3659 section 7.
 */
final class FolderList implements Command {
    private static final String FACTS = "MLST.types";

    private final DirectoryLister lines = new DirectoryLister();
    private final String name;

    FolderList(String name) {
        this.name = name;
    }

    @Override
    public void execute(FtpIoSession session, FtpServerContext context, FtpRequest request) throws IOException {
        try {
            session.resetState();
            session.write(listed(session, request.getArgument()));
        } finally {
            session.getDataConnection().closeDataConnection();
        }
    }

    private FtpReply listed(FtpIoSession session, @Nullable String argument) {
        if (!(session.getFileSystemView() instanceof FolderView view)) {
            return FtpReplies.of(530, "Log in first.");
        }
        if (name.equals("MLST")) {
            return facts(session, view, argument);
        }
        if (session.getDataConnection() instanceof IODataConnectionFactory data && data.getInetAddress() == null) {
            return FtpReplies.of(503, "PASV, EPSV, PORT or EPRT first.");
        }
        byte[] list;
        try {
            ListArgument asked = ListArgumentParser.parse(argument);
            if (!view.getFile(asked.getFile()).doesExist()) {
                return FtpReplies.of(450, "There is nothing of this name.");
            }
            list = lines.listFiles(asked, view, format(session, asked)).getBytes(view.charset());
        } catch (FtpException | IOException e) {
            return FtpReplies.of(501, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return FtpReplies.of(501, name + ": a pattern that cannot be read.");
        } catch (IllegalStateException e) {
            return FtpReplies.of(451, "The list cannot be made now; come back later.");
        }
        session.write(FtpReplies.of(150, "Here it comes."));
        DataConnection connection;
        try {
            connection = session.getDataConnection().openConnection();
        } catch (Exception ignored) {
            // refused, timed out, or TLS did not come about: all one to the dock
            return FtpReplies.of(425, "The data connection cannot be opened.");
        }
        DataType type = session.getDataType();
        session.setDataType(DataType.BINARY);
        try {
            connection.transferToClient(session.getFtpletSession(), new ByteArrayInputStream(list));
            return FtpReplies.of(226, "That was it.");
        } catch (IOException ignored) {
            // the dock has had enough
            return FtpReplies.of(426, "The data connection broke.");
        } finally {
            session.setDataType(type);
        }
    }

    /** On the control connection, between two lines that begin with the code; itself it begins with a space. */
    private static FtpReply facts(FtpIoSession session, FolderView view, @Nullable String argument) {
        try {
            FtpFile file = argument == null ? view.getWorkingDirectory() : view.getFile(argument);
            return file.doesExist()
                    ? new DefaultFtpReply(
                            250,
                            "Facts\n "
                                    + new MLSTFileFormater((String[]) session.getAttribute(FACTS))
                                            .format(file)
                                            .strip()
                                    + "\nEnd")
                    : FtpReplies.of(550, "There is nothing of this name.");
        } catch (FtpException e) {
            return FtpReplies.of(501, String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            return FtpReplies.of(451, "This cannot be looked up now; come back later.");
        }
    }

    private FileFormater format(FtpIoSession session, ListArgument asked) {
        return switch (name) {
            case "MLSD" -> new MLSTFileFormater((String[]) session.getAttribute(FACTS));
            case "NLST" -> asked.hasOption('l') ? new LISTFileFormater() : new NLSTFileFormater();
            default -> new LISTFileFormater();
        };
    }
}
