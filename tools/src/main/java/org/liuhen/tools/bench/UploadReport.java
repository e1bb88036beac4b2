package org.liuhen.tools.bench;

import java.util.List;
import java.util.Locale;

/**
 * What {@code bench upload} found. Figures are the medians of the rounds; {@code cpuOverFloorSpread} is the least and
 * the most.
 *
 * @param cpuSecondsPerGiB of the server's whole process, client not included
 * @param floorCpuSecondsPerGiB SHA-256 alone plus receiving and writing without hashing, on the same bytes
 * @param peakRssMiB the most the server ever had resident; -1 where the system does not say
 * @param acksPerSync acknowledged uploads per sync of the catalog
 */
record UploadReport(
        int connections,
        String size,
        String total,
        boolean tls,
        int rounds,
        double mibPerSecond,
        double cpuSecondsPerGiB,
        double floorCpuSecondsPerGiB,
        double sha256CpuSecondsPerGiB,
        double receiveAndWriteCpuSecondsPerGiB,
        double floorMibPerSecond,
        double cpuOverFloor,
        List<Double> cpuOverFloorSpread,
        Acknowledgement ackMillis,
        Receipts receipts,
        long peakRssMiB,
        double acksPerSync,
        String machine) {
    /** Milliseconds from the last byte sent to the answer received. */
    record Acknowledgement(double p50, double p99) {}

    /**
     * What the receipts of all uploads cost, fetched one by one by the device that sent them.
     *
     * @param share of a receipt in the processor time of an upload and its receipt
     */
    record Receipts(double uploadCpuMillis, double receiptCpuMillis, double share) {}

    /** The table for people. */
    String table() {
        return String.format(
                Locale.ROOT,
                """
                upload: %d connection(s), files of %s, %s a round, %s, median of %d rounds
                machine: %s
                                         server     floor   (SHA-256 + receive and write)
                  CPU-s per GiB       %9.3f %9.3f   (%.3f + %.3f)
                  CPU over floor      %9.2f           (%.2f to %.2f)
                  MiB/s               %9.0f %9.0f   (receive and write only)
                  acknowledgement     %9.2f ms p50, %.2f ms p99
                  receipt             %9.2f CPU-ms beside %.2f for its upload: %.1f %% of both
                  peak RSS            %9d MiB
                  acks per sync       %9.2f
                """,
                connections,
                size,
                total,
                tls ? "TLS" : "plain",
                rounds,
                machine,
                cpuSecondsPerGiB,
                floorCpuSecondsPerGiB,
                sha256CpuSecondsPerGiB,
                receiveAndWriteCpuSecondsPerGiB,
                cpuOverFloor,
                cpuOverFloorSpread.get(0),
                cpuOverFloorSpread.get(1),
                mibPerSecond,
                floorMibPerSecond,
                ackMillis.p50(),
                ackMillis.p99(),
                receipts.receiptCpuMillis(),
                receipts.uploadCpuMillis(),
                100 * receipts.share(),
                peakRssMiB,
                acksPerSync);
    }
}
