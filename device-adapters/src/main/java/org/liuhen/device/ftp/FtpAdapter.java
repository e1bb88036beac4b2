package org.liuhen.device.ftp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ftpserver.ConnectionConfigFactory;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerConfigurationException;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletContext;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.apache.ftpserver.impl.DefaultFtpServer;
import org.apache.ftpserver.listener.Listener;
import org.apache.ftpserver.listener.ListenerFactory;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.http.Route;

/** FTP and FTPS (explicit and implicit), each device in a folder of its own. */
public final class FtpAdapter implements DeviceAdapter {
    static final String NAME = "ftp";
    private static final String EXPLICIT = "explicit";
    private static final String IMPLICIT = "implicit";
    private static final Duration BEFORE_LOG_IN = Duration.ofSeconds(30);
    private static final int FAILED_LOG_INS = 3;
    private static final int AFTER_FAILURE_MILLIS = 500;
    private static final int CLOSING_TRIES = 100;
    private static final int CLOSING_PAUSE_MILLIS = 50;

    private final DropFolders folders;
    private final DevicePass.Door door;
    private final FtpSettings settings;
    private final FtpCommands commands;
    private final List<Listener> listeners = new ArrayList<>();
    private @Nullable FtpServer server;

    public FtpAdapter(DropFolders folders, DevicePass.Door door, FtpSettings settings) {
        this.folders = folders;
        this.door = door;
        this.settings = settings;
        this.commands = new FtpCommands(settings);
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
        listeners.clear();
        FtpServerFactory factory = new FtpServerFactory();
        factory.setCommandFactory(commands.factory());
        factory.setUserManager(new DeviceAccounts(door, folders, seconds(settings.idle())));
        factory.setFileSystem(user -> {
            if (user instanceof DeviceAccount account) {
                return new FolderView(account.visit());
            }
            throw new FtpException("user: of another kind (expected: a device)");
        });
        factory.setConnectionConfig(limits());
        factory.setFtplets(new HashMap<>(Map.of("limit", new Limit(settings.connections()))));
        // a factory begins with a listener of its own, on port 21 of every address
        factory.setListeners(new HashMap<>());
        InetSocketAddress address = settings.address();
        if (address != null) {
            listen(factory, EXPLICIT, address, false);
        }
        InetSocketAddress implicit = settings.implicitAddress();
        if (implicit != null) {
            listen(factory, IMPLICIT, implicit, true);
        }
        FtpServer made = factory.createServer();
        try {
            made.start();
        } catch (FtpException | FtpServerConfigurationException e) {
            made.stop();
            throw new IOException("ftp: cannot listen at " + (address == null ? implicit : address), e);
        }
        server = made;
    }

    private static int seconds(Duration time) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, time.toSeconds()));
    }

    private org.apache.ftpserver.ConnectionConfig limits() {
        ConnectionConfigFactory limits = new ConnectionConfigFactory();
        limits.setAnonymousLoginEnabled(false);
        limits.setMaxLogins(settings.connections());
        limits.setMaxThreads(settings.connections());
        limits.setMaxLoginFailures(FAILED_LOG_INS);
        limits.setLoginFailureDelay(AFTER_FAILURE_MILLIS);
        return limits.createConnectionConfig();
    }

    private void listen(FtpServerFactory factory, String name, InetSocketAddress address, boolean implicit)
            throws IOException {
        DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
        data.setIdleTime(seconds(settings.idle()));
        data.setActiveIpCheck(true);
        data.setPassiveIpCheck(true);
        if (settings.passivePorts() != null) {
            data.setPassivePorts(settings.passivePorts());
        }
        if (settings.passiveAddress() != null) {
            data.setPassiveExternalAddress(settings.passiveAddress());
        }
        data.setImplicitSsl(implicit);
        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress(address.getAddress().getHostAddress());
        listener.setPort(address.getPort());
        listener.setIdleTimeout(seconds(settings.idle()));
        listener.setImplicitSsl(implicit);
        if (settings.identity() != null) {
            listener.setSslConfiguration(new FtpTls(settings.identity(), "TLSv1.3", "TLSv1.2"));
            data.setSslConfiguration(new FtpTls(settings.identity(), "TLSv1.2"));
        }
        listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
        Listener made = listener.createListener();
        listeners.add(made);
        factory.addListener(name, made);
    }

    /** Where plain FTP and explicit FTPS are, with the port that was chosen. */
    public InetSocketAddress address() {
        return bound(settings.address(), 0);
    }

    /** Where implicit FTPS is, with the port that was chosen. */
    public InetSocketAddress implicitAddress() {
        return bound(settings.implicitAddress(), settings.address() == null ? 0 : 1);
    }

    @Override
    public List<String> addresses() {
        List<String> all = new ArrayList<>();
        if (settings.address() != null) {
            all.add("ftp://" + text(address()));
        }
        if (settings.implicitAddress() != null) {
            all.add("ftps://" + text(implicitAddress()));
        }
        return all;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** How many doors the server really has. */
    synchronized int listeners() {
        return server instanceof DefaultFtpServer running
                ? running.getListeners().size()
                : 0;
    }

    private synchronized InetSocketAddress bound(@Nullable InetSocketAddress wanted, int listener) {
        if (wanted == null || server == null) {
            throw new IllegalStateException("ftp: does not listen there");
        }
        return new InetSocketAddress(
                wanted.getAddress(), listeners.get(listener).getPort());
    }

    /** Lets a connection in while there are few enough. */
    private static final class Limit extends DefaultFtplet {
        private final int connections;
        private @Nullable FtpletContext context;

        Limit(int connections) {
            this.connections = connections;
        }

        @Override
        public void init(FtpletContext context) {
            this.context = context;
        }

        @Override
        public FtpletResult onConnect(FtpSession session) {
            session.setMaxIdleTime(seconds(BEFORE_LOG_IN));
            return context != null && context.getFtpStatistics().getCurrentConnectionNumber() > connections
                    ? FtpletResult.DISCONNECT
                    : FtpletResult.DEFAULT;
        }
    }

    @Override
    public synchronized void close() {
        FtpServer running = server;
        server = null;
        if (running != null) {
            running.suspend();
            CountDownLatch never = new CountDownLatch(1);
            commands.park(CLOSING_TRIES, () -> {
                try {
                    if (never.await(CLOSING_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                        throw new IllegalStateException("pause: ended by nobody");
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            running.stop();
        }
    }
}
