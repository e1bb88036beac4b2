package org.liuhen.tools.command;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Runs the server until it is told to stop (SIGTERM, ctrl-C).")
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder, default ./data; made if need be.")
    private @Nullable Path data;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Default 127.0.0.1:8470; port 0 takes a free one.")
    private @Nullable String listen;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration, YAML; options given here win.")
    private @Nullable Path config;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Certificate chain, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM, without a password.")
    private @Nullable Path key;

    @Option(names = "--tls", paramLabel = "self-signed", description = "Make a certificate of one's own.")
    private @Nullable String tls;

    @Option(
            names = "--insecure-plain-http",
            description =
                    "Take requests without TLS from other machines: passwords and footage can be read on the way.")
    private boolean insecurePlainHttp;

    @Override
    public Integer call() throws Exception {
        ServerConfiguration configuration = configuration();
        Listening listening = Listening.of(configuration);
        Path folder = configuration.data() == null ? ServerConfiguration.DEFAULT_DATA : configuration.data();
        String password = System.getenv("LIUHEN_ADMIN_PASSWORD");
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread stopper = new Thread(
                () -> {
                    stop.countDown();
                    try {
                        stopped.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    // a JVM that a signal ends reports the signal; this one did what it was asked
                    Runtime.getRuntime().halt(ExitCode.DONE);
                },
                "stop");
        try (LiuhenServer server = LiuhenServer.start(
                folder, configuration, listening, password == null ? null : password.toCharArray())) {
            server.firstPassword()
                    .ifPresent(first -> output.line("created user admin, password, shown this once: " + first));
            if (server.repairs().any() || server.repairs().resumable() > 0) {
                output.line("found " + server.repairs());
            }
            Runtime.getRuntime().addShutdownHook(stopper);
            server.furtherAddresses().forEach(further -> output.line("docks " + further));
            if (listening.selfSigned()) {
                output.line("certificate " + listening.certificateFile(folder));
            }
            output.line("ready " + url(listening.address(), server.address().getPort(), listening.secure()));
            stop.await();
        }
        output.out().flush();
        stopped.countDown();
        return ExitCode.DONE;
    }

    private ServerConfiguration configuration() throws java.io.IOException {
        ServerConfiguration read = config == null ? ServerConfiguration.defaults() : ServerConfiguration.read(config);
        if (tls != null && !tls.equals("self-signed")) {
            throw new InvalidField("--tls", tls + " (expected: self-signed)");
        }
        ServerConfiguration.Tls chosen = certificate != null || key != null || tls != null
                ? new ServerConfiguration.Tls(
                        certificate,
                        key,
                        tls != null,
                        read.tls() == null ? null : read.tls().clientCertificates())
                : read.tls();
        return read.serving(
                data == null ? read.data() : data,
                listen == null ? read.listen() : listen,
                chosen,
                insecurePlainHttp ? Boolean.TRUE : read.insecurePlainHttp());
    }

    /** By the host as it was given: where a server listens everywhere, what it is bound to is no address to go to. */
    private static String url(InetSocketAddress configured, int port, boolean secure) {
        String host = configured.getHostString();
        return (secure ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
