package org.liuhen.device.ftp;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ftpserver.command.Command;
import org.apache.ftpserver.command.CommandFactory;
import org.apache.ftpserver.command.CommandFactoryFactory;
import org.apache.ftpserver.ftplet.FtpReply;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.ftpserver.impl.FtpServerContext;
import org.apache.ftpserver.impl.IODataConnectionFactory;
import org.apache.mina.filter.codec.ProtocolCodecFilter;
import org.apache.mina.filter.ssl.SslFilter;
import org.liuhen.ingest.drop.DropEntry;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of FTP: Apache FtpServer's own for connections and lists, ours for everything that concerns a file, and
 * none besides. Safe for many threads.
 */
final class FtpCommands {
    private static final Logger LOG = LoggerFactory.getLogger(FtpCommands.class);
    private static final Set<String> KEPT = Set.of(
            "ABOR", "AUTH", "CDUP", "CWD", "EPRT", "EPSV", "NOOP", "PASV", "PBSZ", "PORT", "PROT", "PWD", "QUIT",
            "REST", "RETR", "STRU", "SYST", "TYPE", "USER");
    private static final Set<String> DATA_PORTS = Set.of("EPRT", "EPSV", "PASV", "PORT");
    private static final String FEATURES = "Features\n AUTH TLS\n EPRT\n EPSV\n HASH SHA-256*\n MDTM\n MFMT\n"
            + " MLST Size;Modify;Type;Perm;\n PBSZ\n PROT\n REST STREAM\n SIZE\n TVFS\n UTF8\n XSHA256\nEnd";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ANNOUNCED = "liuhen.announced";
    private static final String RENAMED = "liuhen.renamed";
    private static final int LONGEST_LINE = 8192;

    private final FtpSettings settings;
    private final Set<FileTransfer> transfers = ConcurrentHashMap.newKeySet();
    private final Set<DeviceId> speakingGbk = ConcurrentHashMap.newKeySet();

    FtpCommands(FtpSettings settings) {
        this.settings = settings;
    }

    /** One command about the device's folder. */
    private interface Work {
        FtpReply of(FtpIoSession session, FolderView view, String argument) throws StorageFailure, DropRefusal;
    }

    CommandFactory factory() {
        CommandFactory usual = new CommandFactoryFactory().createCommandFactory();
        CommandFactoryFactory all = new CommandFactoryFactory();
        all.setUseDefaultCommands(false);
        KEPT.forEach(name -> all.addCommand(name, usual.getCommand(name)));
        DATA_PORTS.forEach(name -> all.addCommand(name, onlySecurely(usual.getCommand(name))));
        all.addCommand("USER", userOf(usual.getCommand("USER")));
        all.addCommand("PASS", passOf(usual.getCommand("PASS")));
        all.addCommand("OPTS", optionsOf(usual.getCommand("OPTS")));
        all.addCommand("SITE", FtpCommands::site);
        List.of("LIST", "MLSD", "MLST", "NLST").forEach(name -> all.addCommand(name, new FolderList(name)));
        all.addCommand(
                "FEAT",
                (session, context, request) ->
                        session.write(new org.apache.ftpserver.ftplet.DefaultFtpReply(211, FEATURES)));
        all.addCommand(
                "MODE",
                (session, context, request) -> session.write(
                        "S".equalsIgnoreCase(request.getArgument())
                                ? FtpReplies.of(200, "Stream mode.")
                                : FtpReplies.of(504, "Only stream mode (expected: MODE S).")));
        all.addCommand("CLNT", (session, context, request) -> session.write(FtpReplies.of(200, "Noted.")));
        Map<String, Work> ours = new TreeMap<>();
        ours.put("ALLO", this::announce);
        ours.put("STOR", (session, view, name) -> transfer(session, view, name, false));
        ours.put("APPE", (session, view, name) -> transfer(session, view, name, true));
        ours.put("SIZE", (session, view, name) -> {
            DropEntry entry = settled(view, name);
            return entry.isFolder()
                    ? FtpReplies.of(550, "This is a folder.")
                    : FtpReplies.of(213, Long.toString(entry.sizeBytes()));
        });
        ours.put(
                "MDTM",
                (session, view, name) ->
                        FtpReplies.of(213, TIME.format(looked(view, name).modified())));
        ours.put("MFMT", (session, view, name) -> modified(view, name));
        ours.put("HASH", (session, view, name) -> {
            Upload upload = sealed(view, name);
            return FtpReplies.of(
                    213, "SHA-256 0-" + (upload.offsetBytes() - 1) + " " + upload.fingerprint() + " " + name);
        });
        // the library takes the X of an experimental command away: this one is XSHA256
        ours.put(
                "SHA256",
                (session, view, name) ->
                        FtpReplies.of(250, "" + sealed(view, unquoted(name)).fingerprint()));
        ours.put("RNFR", this::renameFrom);
        ours.put("RNTO", this::renameTo);
        ours.put("DELE", (session, view, name) -> {
            view.visit().remove(view.path(name));
            return FtpReplies.of(250, "Given up.");
        });
        ours.put("MKD", (session, view, name) -> {
            DropPath path = view.path(name);
            view.visit().makeFolder(path);
            return FtpReplies.of(257, '"' + path.toString().replace("\"", "\"\"") + "\" is there.");
        });
        ours.put("RMD", (session, view, name) -> {
            view.visit().removeFolder(view.path(name));
            return FtpReplies.of(250, "Gone.");
        });
        ours.forEach((name, work) -> all.addCommand(name, command(work)));
        return all.createCommandFactory();
    }

    /** Ends the data connections of everything under way and waits until it is parked, or nobody can wait longer. */
    void park(long tries, Runnable pause) {
        for (long i = 0; i < tries && !transfers.isEmpty(); i++) {
            transfers.forEach(FileTransfer::cut);
            pause.run();
        }
    }

    private static Command command(Work work) {
        return (session, context, request) -> {
            if (!(session.getFileSystemView() instanceof FolderView view)) {
                session.write(FtpReplies.of(530, "Log in first."));
                return;
            }
            if (!request.hasArgument()) {
                session.write(FtpReplies.of(501, request.getCommand() + " needs an argument."));
                return;
            }
            FtpReply reply = answer(work, session, view, request);
            session.write(reply);
            if (reply.getCode() == FtpReply.REPLY_421_SERVICE_NOT_AVAILABLE_CLOSING_CONTROL_CONNECTION) {
                session.closeOnFlush();
            }
        };
    }

    private static FtpReply answer(Work work, FtpIoSession session, FolderView view, FtpRequest request) {
        try {
            return work.of(session, view, request.getArgument());
        } catch (DropRefusal refusal) {
            return FtpReplies.of(refusal);
        } catch (StorageFailure failure) {
            LOG.warn("ftp: {} failed", request.getCommand(), failure);
            return FtpReplies.of(failure);
        }
    }

    /** Before anybody says who it is: names are bytes from here on, and the line is watched. */
    private Command userOf(Command usual) {
        return (session, context, request) -> {
            if (settings.needsTls() && !session.getFilterChain().contains(SslFilter.class)) {
                session.write(FtpReplies.of(530, "Only over TLS (expected: AUTH TLS first)."));
                return;
            }
            if (!session.containsAttribute(NameBytes.NAME)) {
                session.setAttribute(NameBytes.NAME);
                session.getFilterChain().replace("codec", new ProtocolCodecFilter(new NameBytes(LONGEST_LINE)));
                NameBytes.forgetOthers(session);
                ControlWatch.of(session);
            }
            usual.execute(session, context, request);
        };
    }

    /** From here on it is known whose names these are. */
    private Command passOf(Command usual) {
        return (session, context, request) -> {
            usual.execute(session, context, request);
            if (session.getFileSystemView() instanceof FolderView view) {
                DockCharset spoken = DockCharset.of(session, speakingGbk);
                spoken.belongsTo(view.visit().device());
                view.spoken(spoken);
            }
        };
    }

    /** Source: draft-ietf-ftpext-utf-8-option: the option is a word, {@code ON} if it is left out. */
    private Command optionsOf(Command usual) {
        return (session, context, request) -> {
            String asked = request.hasArgument() ? request.getArgument().strip().toUpperCase(Locale.ROOT) : "";
            if (!asked.matches("UTF-?8(\\s.*)?")) {
                usual.execute(session, context, request);
                return;
            }
            String word = asked.replaceFirst("^UTF-?8\\s*", "");
            if (!Set.of("", "ON", "OFF", "NLST").contains(word)) {
                session.write(FtpReplies.of(501, "OPTS UTF8 needs ON or OFF."));
                return;
            }
            boolean utf8 = !word.equals("OFF");
            DockCharset.of(session, speakingGbk).agree(utf8);
            session.write(FtpReplies.of(200, utf8 ? "Names are UTF-8." : "Names are GBK."));
        };
    }

    /** Permissions are none of a dock's business, and setting them no reason to fail. Source: RFC 959 section 4.2, 202. */
    private static void site(FtpIoSession session, FtpServerContext context, FtpRequest request) {
        boolean mode = request.hasArgument()
                && request.getArgument().toUpperCase(Locale.ROOT).matches("CHMOD\\s.*");
        session.write(
                mode
                        ? FtpReplies.of(202, "Superfluous here: who may see footage is not for docks to say.")
                        : FtpReplies.of(504, "SITE: nothing of the kind (expected: CHMOD)."));
    }

    private Command onlySecurely(Command usual) {
        return (session, context, request) -> {
            if (settings.needsTls() && !session.getDataConnection().isSecure()) {
                session.write(FtpReplies.of(521, "Only over TLS (expected: PROT P first)."));
            } else {
                usual.execute(session, context, request);
            }
        };
    }

    private FtpReply announce(FtpIoSession session, FolderView view, String argument) {
        String number = argument.strip().split(" +", 2)[0];
        if (!number.matches("\\d{1,18}")) {
            return FtpReplies.of(501, "ALLO needs the length of the file in bytes.");
        }
        session.setAttribute(ANNOUNCED, Long.valueOf(number));
        return FtpReplies.of(200, "Noted: a file of " + number + " bytes.");
    }

    private FtpReply transfer(FtpIoSession session, FolderView view, String name, boolean append)
            throws StorageFailure, DropRefusal {
        FileTransfer transfer = new FileTransfer(session, view.visit(), settings.settling());
        transfers.add(transfer);
        try {
            if (session.getDataConnection() instanceof IODataConnectionFactory data && data.getInetAddress() == null) {
                return FtpReplies.of(503, "PASV, EPSV, PORT or EPRT first.");
            }
            OptionalLong announced = session.removeAttribute(ANNOUNCED) instanceof Long length
                    ? OptionalLong.of(length)
                    : OptionalLong.empty();
            return transfer.take(new FileTransfer.Order(view.path(name), append, session.getFileOffset(), announced));
        } finally {
            transfers.remove(transfer);
            session.resetState();
            session.getDataConnection().closeDataConnection();
        }
    }

    private static DropEntry settled(FolderView view, String name) throws StorageFailure, DropRefusal {
        DropPath path = view.path(name);
        return found(path, view.visit().settled(path));
    }

    private static DropEntry looked(FolderView view, String name) throws StorageFailure, DropRefusal {
        DropPath path = view.path(name);
        return found(path, view.visit().entry(path));
    }

    private static DropEntry found(DropPath path, Optional<DropEntry> entry) throws DropRefusal {
        return entry.orElseThrow(() -> DropRefusal.unknown(path));
    }

    private static Upload sealed(FolderView view, String name) throws StorageFailure, DropRefusal {
        DropEntry entry = looked(view, name);
        Upload upload = entry.upload();
        if (upload == null || upload.recording() == null) {
            throw DropRefusal.unknown(entry.path());
        }
        return upload;
    }

    /** {@code "name" [from to]}, as those who invented XSHA256 write it. */
    private static String unquoted(String argument) {
        int end = argument.startsWith("\"") ? argument.indexOf('"', 1) : -1;
        return end < 0 ? argument : argument.substring(1, end);
    }

    private static FtpReply modified(FolderView view, String argument) throws StorageFailure, DropRefusal {
        String[] parts = argument.split(" ", 2);
        if (parts.length != 2 || !parts[0].matches("\\d{14}(\\.\\d{1,3})?")) {
            return FtpReplies.of(501, "MFMT needs a time and a name (expected: YYYYMMDDhhmmss NAME).");
        }
        try {
            Instant at = LocalDateTime.parse(parts[0].substring(0, 14), TIME).toInstant(ZoneOffset.UTC);
            view.visit().modified(view.path(parts[1]), at);
            return FtpReplies.of(213, "Modify=" + parts[0] + "; " + parts[1]);
        } catch (DateTimeException e) {
            return FtpReplies.of(501, "MFMT: no such time.");
        }
    }

    private FtpReply renameFrom(FtpIoSession session, FolderView view, String name) throws StorageFailure, DropRefusal {
        session.setAttribute(RENAMED, looked(view, name).path());
        return FtpReplies.of(350, "To what?");
    }

    private FtpReply renameTo(FtpIoSession session, FolderView view, String name) throws StorageFailure, DropRefusal {
        if (!(session.removeAttribute(RENAMED) instanceof DropPath from)) {
            return FtpReplies.of(503, "RNFR first.");
        }
        DropEntry entry = view.visit().rename(from, view.path(name));
        Upload upload = entry.upload();
        return upload == null || upload.recording() == null
                ? FtpReplies.of(250, "Renamed.")
                : FtpReplies.of(250, "Recording " + upload.recording() + " sha256 " + upload.fingerprint());
    }
}
