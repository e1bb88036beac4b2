package org.liuhen.device.sftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.contract.Pusher;

/**
 * A dock that speaks SFTP and calls a file {@code .part} until it is whole. An upload is {@code <length>:<path>}. SFTP has
 * no words for metadata, lengths and fingerprints, and each account has names of its own.
 */
final class SftpPusher implements Pusher {
    private static final Set<Power> POWERS = Set.of(Power.RESUME_AT_ZERO);
    private static final int PIECE = 32 << 10;

    private final SshClient ssh;
    private final InetSocketAddress server;
    private final String device;
    private final String token;

    SftpPusher(SshClient ssh, InetSocketAddress server, String device, String token) {
        this.ssh = ssh;
        this.server = server;
        this.device = device;
        this.token = token;
    }

    @Override
    public boolean can(Power power) {
        return POWERS.contains(power);
    }

    /** A session that has logged in; null if it was not let in. */
    @Nullable
    ClientSession connected() throws IOException {
        ClientSession session =
                ssh.connect(device, server).verify(1, TimeUnit.MINUTES).getSession();
        if (!token.isEmpty()) {
            session.addPasswordIdentity(token);
        }
        try {
            session.auth().verify(1, TimeUnit.MINUTES);
            return session;
        } catch (SshException refused) {
            session.close(true);
            return null;
        }
    }

    /** Something done over a connection of its own. */
    private interface Talk {
        Answer with(SftpClient client) throws IOException;
    }

    private Answer talk(String upload, Talk talk) throws IOException {
        ClientSession session = connected();
        if (session == null) {
            return new Answer(Outcome.UNAUTHENTICATED, upload, -1, "");
        }
        try (session;
                SftpClient client = SftpClientFactory.instance().createSftpClient(session)) {
            return talk.with(client);
        } catch (SftpException refusal) {
            return refused(upload, refusal);
        }
    }

    private static long length(String upload) {
        return Long.parseLong(upload.substring(0, upload.indexOf(':')));
    }

    private static String path(String upload) {
        return upload.substring(upload.indexOf(':') + 1);
    }

    private static Answer refused(String upload, SftpException refusal) {
        String text = String.valueOf(refusal.getMessage());
        Outcome outcome = switch (refusal.getStatus()) {
            case SftpStatus.NO_SUCH_FILE -> Outcome.UNKNOWN;
            case SftpStatus.PERMISSION_DENIED -> Outcome.FORBIDDEN;
            case SftpStatus.NO_SPACE -> Outcome.NO_SPACE;
            default ->
                text.contains("offset:")
                        ? Outcome.WRONG_OFFSET
                        : text.contains("newer request")
                                ? Outcome.TAKEN_OVER
                                : text.contains("name:") ? Outcome.INVALID : Outcome.NONE;
        };
        return new Answer(outcome, upload, -1, "");
    }

    @Override
    public Answer begin(Map<String, String> metadata, long lengthBytes) throws IOException {
        String path = metadata.getOrDefault("filename", "0002.mp4");
        String upload = lengthBytes + ":" + path;
        return talk(upload, client -> {
            if (isFolder(client, path)) {
                return new Answer(Outcome.INVALID, upload, -1, "");
            }
            client.close(client.open(path + ".part", OpenMode.Write, OpenMode.Create, OpenMode.Truncate));
            return new Answer(Outcome.ACCEPTED, upload, 0, "");
        });
    }

    private static boolean isFolder(SftpClient client, String path) throws IOException {
        try {
            return client.stat(path).isDirectory();
        } catch (SftpException absent) {
            return false;
        }
    }

    @Override
    public Answer standing(String upload) throws IOException {
        return talk(upload, client -> {
            try {
                long size = client.stat(path(upload) + ".part").getSize();
                return new Answer(Outcome.ACCEPTED, upload, size, "");
            } catch (SftpException notUnderWay) {
                return stored(upload, client);
            }
        });
    }

    private static Answer stored(String upload, SftpClient client) throws IOException {
        long size = client.stat(path(upload)).getSize();
        byte[] receipt;
        try (var in = client.read(path(upload) + ".receipt.json")) {
            receipt = in.readAllBytes();
        }
        String json = new String(receipt, StandardCharsets.UTF_8);
        return new Answer(Outcome.STORED, upload, size, json.replaceAll(".*\"recording\":\"([0-9a-f]{32})\".*", "$1"));
    }

    @Override
    public Answer append(String upload, long offsetBytes, byte[] bytes) throws IOException {
        try (OpenBody body = open(upload, offsetBytes, bytes.length)) {
            body.write(bytes);
            return body.answer();
        }
    }

    @Override
    public Answer giveUp(String upload) throws IOException {
        return talk(upload, client -> {
            try {
                client.remove(path(upload) + ".part");
            } catch (SftpException notUnderWay) {
                client.remove(path(upload));
            }
            return new Answer(Outcome.ACCEPTED, upload, -1, "");
        });
    }

    @Override
    public OpenBody open(String upload, long offsetBytes, long announcedBytes) throws IOException {
        ClientSession session = connected();
        if (session == null) {
            return new Body(upload, offsetBytes, new Answer(Outcome.UNAUTHENTICATED, upload, -1, ""));
        }
        SftpClient client = SftpClientFactory.instance().createSftpClient(session);
        try {
            Set<OpenMode> modes =
                    offsetBytes == 0 ? EnumSet.of(OpenMode.Write, OpenMode.Create) : EnumSet.of(OpenMode.Write);
            return new Body(upload, offsetBytes, session, client, client.open(path(upload) + ".part", modes));
        } catch (SftpException refusal) {
            session.close(true);
            return new Body(upload, offsetBytes, refused(upload, refusal));
        }
    }

    private static final class Body implements OpenBody {
        private final String upload;
        private final @Nullable ClientSession session;
        private final @Nullable SftpClient client;
        private final SftpClient.@Nullable CloseableHandle handle;
        private long offset;
        private @Nullable Answer refusal;

        Body(String upload, long offset, Answer refusal) {
            this(upload, offset, null, null, null);
            this.refusal = refusal;
        }

        Body(
                String upload,
                long offset,
                @Nullable ClientSession session,
                @Nullable SftpClient client,
                SftpClient.@Nullable CloseableHandle handle) {
            this.upload = upload;
            this.offset = offset;
            this.session = session;
            this.client = client;
            this.handle = handle;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            for (int from = 0; from < bytes.length && refusal == null && client != null && handle != null; ) {
                int count = Math.min(PIECE, bytes.length - from);
                try {
                    client.write(handle, offset, bytes, from, count);
                } catch (SftpException e) {
                    refusal = refused(upload, e);
                    return;
                }
                offset += count;
                from += count;
            }
        }

        @Override
        public Answer answer() throws IOException {
            if (refusal != null || client == null || handle == null) {
                return java.util.Objects.requireNonNull(refusal);
            }
            try {
                client.close(handle);
                if (offset < length(upload)) {
                    return new Answer(Outcome.ACCEPTED, upload, offset, "");
                }
                client.rename(path(upload) + ".part", path(upload));
                return stored(upload, client);
            } catch (SftpException e) {
                return refused(upload, e);
            } catch (IOException ended) {
                return new Answer(Outcome.NONE, upload, -1, "");
            }
        }

        /** As a link that is cut: nothing is closed in the protocol. */
        @Override
        public void close() {
            if (session != null) {
                session.close(true);
            }
        }
    }
}
