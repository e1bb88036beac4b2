package org.liuhen.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a running process has used so far, as the operating system counts it. */
final class ProcessCost {
    private ProcessCost() {}

    /** Processor time of all its threads, user and system. */
    static Duration cpu(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("process: " + process.pid() + " (expected: running)"));
    }

    /** The most memory it ever had resident, in MiB; -1 where the system does not say. Source: proc(5), VmHWM. */
    static long peakRssMiB(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return -1;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .map(kibibytes -> kibibytes >> 10)
                    .findFirst()
                    .orElse(-1);
        }
    }
}
