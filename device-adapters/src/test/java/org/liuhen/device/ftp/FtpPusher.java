package org.liuhen.device.ftp;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.contract.Pusher;

/**
 * A dock that speaks FTP and announces lengths. An upload is {@code <length>:<path>}. FTP has no words for metadata and
 * fingerprints, each account has names of its own, and {@code STOR} without {@code REST} begins a file anew.
 */
final class FtpPusher implements Pusher {
    private static final Set<Power> POWERS = Set.of(Power.LENGTH);
    private static final Pattern DURABLE = Pattern.compile(", (\\d+) bytes are durable");
    private static final Pattern RECORDING = Pattern.compile("Recording ([0-9a-f]{32}) ");

    private final InetSocketAddress server;
    private final String device;
    private final String token;
    private final Supplier<FTPClient> clients;

    FtpPusher(InetSocketAddress server, String device, String token, Supplier<FTPClient> clients) {
        this.server = server;
        this.device = device;
        this.token = token;
        this.clients = clients;
    }

    @Override
    public boolean can(Power power) {
        return POWERS.contains(power);
    }

    /** A connection that has logged in; null if it was not let in. */
    @Nullable
    FTPClient connected() throws IOException {
        FTPClient client = clients.get();
        client.setControlEncoding("UTF-8");
        client.setConnectTimeout(60_000);
        client.setDefaultTimeout(120_000);
        client.setDataTimeout(java.time.Duration.ofMinutes(2));
        client.connect(server.getAddress(), server.getPort());
        if (client instanceof org.apache.commons.net.ftp.FTPSClient secure) {
            secure.execPBSZ(0);
            secure.execPROT("P");
        }
        if (!client.login(device, token)) {
            client.disconnect();
            return null;
        }
        client.enterLocalPassiveMode();
        client.setFileType(FTP.BINARY_FILE_TYPE);
        return client;
    }

    /** Something done over a connection of its own. */
    private interface Talk {
        Answer with(FTPClient client) throws IOException;
    }

    private Answer talk(String upload, Talk talk) throws IOException {
        FTPClient client = connected();
        if (client == null) {
            return new Answer(Outcome.UNAUTHENTICATED, upload, -1, "");
        }
        try {
            return talk.with(client);
        } finally {
            client.disconnect();
        }
    }

    private static long length(String upload) {
        return Long.parseLong(upload.substring(0, upload.indexOf(':')));
    }

    private static String path(String upload) {
        return upload.substring(upload.indexOf(':') + 1);
    }

    @Override
    public Answer begin(Map<String, String> metadata, long lengthBytes) throws IOException {
        String upload = lengthBytes + ":" + metadata.getOrDefault("filename", "0002.mp4");
        try (OpenBody body = open(upload, 0, lengthBytes)) {
            return body.answer();
        }
    }

    @Override
    public Answer standing(String upload) throws IOException {
        return talk(upload, client -> {
            String size = client.getSize(path(upload));
            if (size == null) {
                return answer(upload, client);
            }
            long offset = Long.parseLong(size);
            java.io.ByteArrayOutputStream receipt = new java.io.ByteArrayOutputStream();
            if (!client.retrieveFile(path(upload) + ".receipt.json", receipt)) {
                return new Answer(Outcome.ACCEPTED, upload, offset, "");
            }
            String json = receipt.toString(StandardCharsets.UTF_8);
            return new Answer(
                    Outcome.STORED, upload, offset, json.replaceAll(".*\"recording\":\"([0-9a-f]{32})\".*", "$1"));
        });
    }

    @Override
    public Answer append(String upload, long offsetBytes, byte[] bytes) throws IOException {
        try (OpenBody body = open(upload, offsetBytes, bytes.length)) {
            try {
                body.write(bytes);
            } catch (IOException ignored) {
                // refused before it was all sent; the answer says why
            }
            return body.answer();
        }
    }

    @Override
    public Answer giveUp(String upload) throws IOException {
        return talk(upload, client -> {
            client.deleteFile(path(upload));
            return answer(upload, client);
        });
    }

    @Override
    public OpenBody open(String upload, long offsetBytes, long announcedBytes) throws IOException {
        FTPClient client = connected();
        if (client == null) {
            return new Body(upload, null, null, new Answer(Outcome.UNAUTHENTICATED, upload, -1, ""));
        }
        client.sendCommand("ALLO", Long.toString(length(upload)));
        client.setRestartOffset(offsetBytes);
        OutputStream data = client.storeFileStream(path(upload));
        return new Body(upload, client, data, data == null ? answer(upload, client) : null);
    }

    private record Body(
            String upload,
            @Nullable FTPClient client,
            @Nullable OutputStream data,
            @Nullable Answer refusal) implements OpenBody {
        @Override
        public void write(byte[] bytes) throws IOException {
            if (data != null) {
                data.write(bytes);
                data.flush();
            }
        }

        @Override
        public Answer answer() throws IOException {
            if (refusal != null || client == null || data == null) {
                return java.util.Objects.requireNonNull(refusal);
            }
            try {
                data.close();
                client.completePendingCommand();
                return FtpPusher.answer(upload, client);
            } catch (IOException ended) {
                return new Answer(Outcome.NONE, upload, -1, "");
            }
        }

        /** As a link that is cut: the control connection goes first. */
        @Override
        public void close() throws IOException {
            if (client != null) {
                client.disconnect();
            }
            if (data != null) {
                try {
                    data.close();
                } catch (IOException ignored) {
                    // the other side was quicker
                }
            }
        }
    }

    private static Answer answer(String upload, FTPClient client) {
        String text = client.getReplyString();
        Matcher recording = RECORDING.matcher(text);
        Matcher durable = DURABLE.matcher(text);
        boolean stands = durable.find();
        Outcome outcome = switch (client.getReplyCode()) {
            case 226, 250 -> recording.find() ? Outcome.STORED : Outcome.ACCEPTED;
            case 421, 425 -> Outcome.NONE;
            case 426 -> stands ? Outcome.ACCEPTED : Outcome.TAKEN_OVER;
            case 452 -> Outcome.NO_SPACE;
            case 530 -> Outcome.UNAUTHENTICATED;
            case 550 -> text.contains("recording already") ? Outcome.FORBIDDEN : Outcome.UNKNOWN;
            case 552 -> Outcome.TOO_LONG;
            case 553 -> Outcome.INVALID;
            case 554 -> Outcome.WRONG_OFFSET;
            default -> throw new AssertionError("answer: " + text);
        };
        return new Answer(
                outcome,
                upload,
                stands ? Long.parseLong(durable.group(1)) : -1,
                outcome == Outcome.STORED ? recording.group(1) : "");
    }
}
