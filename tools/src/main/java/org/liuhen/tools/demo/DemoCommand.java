package org.liuhen.tools.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.DataFolder;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The verb {@code demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Plays the main job: a server, two docks, an interrogation room, three cases.")
public final class DemoCommand implements Callable<Integer> {
    private static final int PORT = 8470;
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final List<String> ROLES = List.of("investigator", "supervisor", "records-officer", "auditor");

    @Option(names = "--data", defaultValue = "demo-data", description = "Data folder (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("demo-data");

    @Option(names = "--footage", paramLabel = "DIR", description = "Use these recordings instead of making some.")
    private @Nullable Path footage;

    @Option(names = "--once", description = "End when everything has been shown, instead of serving on.")
    private boolean once;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        int port = once || !isFree(PORT) ? 0 : PORT;
        Listening listening =
                new Listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), null, null, false);
        String given = System.getenv("LIUHEN_ADMIN_PASSWORD");
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try (LiuhenServer server = LiuhenServer.start(
                        data, ServerConfiguration.defaults(), listening, given == null ? null : given.toCharArray());
                ServerConnection console = ServerConnection.through(DataFolder.socket(data));
                FootageMaker maker = new FootageMaker(MediaSettings.standard(data.resolve("natives")))) {
            URI address = URI.create("http://127.0.0.1:" + server.address().getPort());
            print("server ready at " + address + ", data in " + data.toAbsolutePath());
            InstantSource clock = InstantSource.system();
            Path scratch = Files.createTempDirectory("liuhen-demo-");
            boolean told;
            try {
                Story story = footage == null ? Story.made(clock.instant(), ZONE) : Story.of(footage, clock.instant());
                told = new Demo(
                                console,
                                address,
                                maker,
                                scratch,
                                clock,
                                spec.commandLine().getOut())
                        .play(story);
            } finally {
                Files.delete(scratch);
            }
            print("");
            logIns(console, server.firstPassword().orElse(null));
            if (once) {
                return told ? 0 : 1;
            }
            print("portal: " + address + "/   (ctrl-C ends the demo; its data stay in " + data + ")");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, stopped), "stop"));
            stop.await();
        }
        stopped.countDown();
        return 0;
    }

    /** Runs while the JVM ends: lets the server close before everything is gone. */
    private static void stop(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void logIns(ServerConnection console, @Nullable String adminPassword) throws IOException, Refused {
        if (adminPassword != null) {
            print("log-in  admin            " + adminPassword);
        }
        for (String role : ROLES) {
            try {
                String password = console.post("/api/v1/users", Map.of("name", role, "roles", List.of(role)))
                        .path("password")
                        .asText();
                print(String.format(java.util.Locale.ROOT, "log-in  %-16s %s", role, password));
            } catch (Refused known) {
                if (known.status() != 409) {
                    throw known;
                }
                print(String.format(
                        java.util.Locale.ROOT, "log-in  %-16s as printed by the first demo in this folder", role));
            }
        }
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
