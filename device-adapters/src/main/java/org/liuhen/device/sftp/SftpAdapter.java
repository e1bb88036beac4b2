package org.liuhen.device.sftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.config.keys.AuthorizedKeysAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.StorageFailure;

/** SFTP, each device in a folder of its own: no shell, no forwarding, nothing but files. */
public final class SftpAdapter implements DeviceAdapter {
    static final String NAME = "sftp";
    private static final Duration BEFORE_LOG_IN = Duration.ofSeconds(30);
    private static final int LOG_INS_TRIED = 6;
    private static final long AFTER_FAILURE_MILLIS = 500;
    private static final long CLOSING_MILLIS = 5_000;
    /** Devices whose ids can name a file, and cannot name another one. */
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

    private final DropFolders folders;
    private final DevicePass.Door door;
    private final SftpSettings settings;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Set<SftpSubsystem> running = ConcurrentHashMap.newKeySet();
    private @Nullable SshServer server;
    private @Nullable ScheduledExecutorService refusals;

    public SftpAdapter(
            DropFolders folders,
            DevicePass.Door door,
            SftpSettings settings,
            InstantSource clock,
            SecureRandom random) {
        this.folders = folders;
        this.door = door;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Route> routes() {
        return List.of();
    }

    @Override
    public synchronized void start() throws IOException {
        SshServer made = SshServer.setUpDefaultServer();
        made.setHost(settings.address().getAddress().getHostAddress());
        made.setPort(settings.address().getPort());
        made.setKeyPairProvider(HostKey.at(settings.hostKey(), random));
        made.setPasswordAuthenticator((device, token, session) -> enter(device, token));
        made.setPublickeyAuthenticator(this::hasKey);
        made.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE, UserAuthPasswordFactory.INSTANCE));
        made.setSubsystemFactories(List.of(new Factory()));
        made.addSessionListener(new Limit(made));
        CoreModuleProperties.SERVER_IDENTIFICATION.set(made, "LIUHEN");
        CoreModuleProperties.AUTH_TIMEOUT.set(made, BEFORE_LOG_IN);
        CoreModuleProperties.IDLE_TIMEOUT.set(made, settings.idle());
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(made, settings.idle().plusSeconds(30));
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(made, LOG_INS_TRIED);
        refusals = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "sftp-refusals");
            thread.setDaemon(true);
            return thread;
        });
        server = made;
        made.start();
    }

    /** Where it listens, with the port that was chosen. */
    public synchronized InetSocketAddress address() {
        if (server == null) {
            throw new IllegalStateException("sftp: does not listen");
        }
        return new InetSocketAddress(settings.address().getAddress(), server.getPort());
    }

    @Override
    public List<String> addresses() {
        String host = address().getAddress().getHostAddress();
        return List.of("sftp://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + address().getPort());
    }

    private boolean enter(String device, String token) {
        try {
            if (door.enter(device, token).isPresent()) {
                return true;
            }
        } catch (StorageFailure ignored) {
            // refused like any other: who it is cannot be found out now
        }
        AsyncAuthException later = new AsyncAuthException();
        ScheduledExecutorService executor = refusals;
        if (executor == null || executor.isShutdown()) {
            return false;
        }
        java.util.concurrent.Future<?> unused =
                executor.schedule(() -> later.setAuthed(false), AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        throw later;
    }

    private boolean hasKey(String device, PublicKey key, ServerSession session) {
        Path folder = settings.authorizedKeys();
        if (folder == null || !FILE_NAME.matcher(device).matches()) {
            return false;
        }
        Path file = folder.resolve(device + ".pub");
        try {
            return Files.isRegularFile(file)
                    && door.known(device).isPresent()
                    && new AuthorizedKeysAuthenticator(file).authenticate(device, key, session);
        } catch (StorageFailure ignored) {
            return false;
        }
    }

    private final class Factory implements SubsystemFactory {
        @Override
        public String getName() {
            return NAME;
        }

        @Override
        public Command createSubsystem(ChannelSession channel) throws IOException {
            try {
                DevicePass pass = door.known(channel.getServerSession().getUsername())
                        .orElseThrow(() -> new IOException("sftp: this device is not welcome any more"));
                SftpSubsystem subsystem = new SftpSubsystem(new SftpConversation(folders.visit(pass, NAME), clock));
                running.add(subsystem);
                channel.addCloseFutureListener(closed -> running.remove(subsystem));
                return subsystem;
            } catch (StorageFailure e) {
                throw new IOException("sftp: who this is cannot be looked up", e);
            }
        }
    }

    /** Lets a connection in while there are few enough. */
    private final class Limit implements SessionListener {
        private final SshServer of;

        Limit(SshServer of) {
            this.of = of;
        }

        @Override
        public void sessionCreated(Session session) {
            if (of.getActiveSessions().size() > settings.connections()) {
                session.close(true);
            }
        }
    }

    @Override
    public synchronized void close() {
        SshServer stopping = server;
        server = null;
        if (stopping != null) {
            List<SftpSubsystem> open = List.copyOf(running);
            try {
                stopping.stop(true);
            } catch (IOException ignored) {
                // what is open is parked all the same
            }
            open.forEach(subsystem -> subsystem.awaitEnd(CLOSING_MILLIS));
            if (refusals != null) {
                refusals.shutdownNow();
            }
        }
    }
}
