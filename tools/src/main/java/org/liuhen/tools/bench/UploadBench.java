package org.liuhen.tools.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.tools.client.TlsTrust;

/**
 * Measures what an upload costs the server beside what it must cost: in every round the same load goes to a real server
 * and to a bare receiver, and the same bytes are hashed, one after the other, so that a noisy machine is noisy to all.
 */
final class UploadBench {
    /** Pushed before the clock starts, so that both programs are compiled code. */
    private static final long WARM_UP_BYTES = 1L << 30;

    private static final long SEED = 20261122;

    private final Path folder;
    private final int connections;
    private final ByteSize size;
    private final ByteSize total;
    private final boolean tls;
    private final int rounds;
    private final Load load = new Load(SEED);

    /** @param folder where the bench makes and removes its own store; nothing else in it is touched */
    UploadBench(Path folder, int connections, ByteSize size, ByteSize total, boolean tls, int rounds) {
        this.folder = folder;
        this.connections = connections;
        this.size = size;
        this.total = total;
        this.tls = tls;
        this.rounds = rounds;
    }

    /**
     * The server under test, and who asks it.
     *
     * @param recordings acknowledged, their receipts not yet fetched
     */
    private record Served(
            ServerProcess process, String token, @Nullable SSLContext trust, Queue<String> recordings) {
        ServerTarget connect() throws IOException {
            return new ServerTarget(
                    process.address(), token, trust == null ? null : trust.getSocketFactory(), recordings::add);
        }

        Duration cpu() {
            return ProcessCost.cpu(process.handle());
        }
    }

    private record Round(
            Load.Outcome server,
            Duration serverCpu,
            Duration receiptCpu,
            Load.Outcome floor,
            Duration floorCpu,
            Duration sha256) {
        double serverCpuPerGiB() {
            return perGiB(serverCpu, server.bytes());
        }

        double receiveAndWritePerGiB() {
            return perGiB(floorCpu, floor.bytes());
        }

        double sha256PerGiB() {
            return perGiB(sha256, server.bytes());
        }

        double floorPerGiB() {
            return receiveAndWritePerGiB() + sha256PerGiB();
        }

        double uploadCpuMillis() {
            return serverCpu.toNanos() / 1e6 / server.acknowledgements().size();
        }

        double receiptCpuMillis() {
            return receiptCpu.toNanos() / 1e6 / server.acknowledgements().size();
        }

        double receiptShare() {
            return receiptCpuMillis() / (uploadCpuMillis() + receiptCpuMillis());
        }

        double cpuOverFloor() {
            return serverCpuPerGiB() / floorPerGiB();
        }

        private static double perGiB(Duration cpu, long bytes) {
            return cpu.toNanos() / 1e9 / (bytes / (double) (1 << 30));
        }
    }

    UploadReport run() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path store = Files.createTempDirectory(folder, "bench-");
        Path data = Files.createDirectory(store.resolve("data"));
        Path floorFolder = Files.createDirectory(store.resolve("floor"));
        try (ServerProcess server = ServerProcess.start(data, tls);
                FloorProcess floor = FloorProcess.start(floorFolder)) {
            Served served = new Served(
                    server,
                    server.addDevice("bench"),
                    tls
                            ? TlsTrust.certificate(data.resolve("keys/tls-certificate.pem"))
                                    .context()
                            : null,
                    new ConcurrentLinkedQueue<>());
            long warmUp = Math.min(WARM_UP_BYTES, total.bytes());
            load.run(served::connect, connections, size.bytes(), warmUp);
            fetchReceipts(served);
            load.run(floor::connect, connections, size.bytes(), warmUp);
            double syncsBefore = server.syncs(served.token(), served.trust());
            List<Round> measured = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                measured.add(round(served, floor));
            }
            double syncs = server.syncs(served.token(), served.trust()) - syncsBefore;
            return report(measured, ProcessCost.peakRssMiB(server.handle()), syncs);
        } finally {
            deleteTree(store);
        }
    }

    private Round round(Served served, FloorProcess floor) throws IOException, InterruptedException {
        Duration before = served.cpu();
        Load.Outcome pushed = load.run(served::connect, connections, size.bytes(), total.bytes());
        Duration uploadCpu = served.cpu().minus(before);
        Duration receiptCpu = fetchReceipts(served);
        Duration floorBefore = ProcessCost.cpu(floor.handle());
        Load.Outcome received = load.run(floor::connect, connections, size.bytes(), total.bytes());
        Duration floorCpu = ProcessCost.cpu(floor.handle()).minus(floorBefore);
        return new Round(pushed, uploadCpu, receiptCpu, received, floorCpu, hash(pushed.bytes()));
    }

    /** Processor time of giving out the receipts of all that was pushed since the last time, one request each. */
    private Duration fetchReceipts(Served served) throws IOException, InterruptedException {
        Duration before = served.cpu();
        int files = served.recordings().size();
        load.run(() -> served.connect().receipts(served.recordings()), Math.min(connections, files), 1, files);
        return served.cpu().minus(before);
    }

    /** Processor time of fingerprinting so many bytes, by the library that the server uses. */
    private Duration hash(long bytes) {
        byte[] block = new byte[load.block().remaining()];
        load.block().get(block);
        MessageDigest digest = DigestUtils.getSha256Digest();
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (long left = bytes; left > 0; left -= block.length) {
            DigestUtils.updateDigest(digest, ByteBuffer.wrap(block, 0, (int) Math.min(left, block.length)));
        }
        digest.digest();
        return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
    }

    private UploadReport report(List<Round> measured, long peakRssMiB, double syncs) {
        long files = measured.stream()
                .mapToLong(round -> round.server().acknowledgements().size())
                .sum();
        List<Double> overFloor =
                measured.stream().map(Round::cpuOverFloor).sorted().toList();
        return new UploadReport(
                connections,
                size.toString(),
                total.toString(),
                tls,
                rounds,
                median(measured, round -> round.server().mibPerSecond()),
                median(measured, Round::serverCpuPerGiB),
                median(measured, Round::floorPerGiB),
                median(measured, Round::sha256PerGiB),
                median(measured, Round::receiveAndWritePerGiB),
                median(measured, round -> round.floor().mibPerSecond()),
                median(measured, Round::cpuOverFloor),
                List.of(overFloor.get(0), overFloor.get(overFloor.size() - 1)),
                new UploadReport.Acknowledgement(
                        median(measured, round -> round.server().acknowledgementMillis(0.5)),
                        median(measured, round -> round.server().acknowledgementMillis(0.99))),
                new UploadReport.Receipts(
                        median(measured, Round::uploadCpuMillis),
                        median(measured, Round::receiptCpuMillis),
                        median(measured, Round::receiptShare)),
                peakRssMiB,
                syncs == 0 ? 0 : files / syncs,
                machine());
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** What it was measured on. */
    static String machine() {
        return Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", Java " + System.getProperty("java.version");
    }

    static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
