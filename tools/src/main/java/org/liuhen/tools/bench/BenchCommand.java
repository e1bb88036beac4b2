package org.liuhen.tools.bench;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.liuhen.storage.StoredJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verb {@code bench}. */
@Command(
        name = "bench",
        description = "Measures this program on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = BenchCommand.Upload.class)
public final class BenchCommand {
    /** The verb {@code bench upload}. */
    @Command(
            name = "upload",
            mixinStandardHelpOptions = true,
            description = "Pushes files into a real server over loopback, beside what that must cost at least.")
    static final class Upload implements Callable<Integer> {
        @Option(names = "--data", required = true, description = "Folder to make a store in; removed afterwards.")
        private Path data = Path.of(".");

        @Option(names = "--connections", defaultValue = "1", description = "At once (default: ${DEFAULT-VALUE}).")
        private int connections;

        @Option(names = "--size", defaultValue = "256MiB", description = "Of each file (default: ${DEFAULT-VALUE}).")
        private String size = "";

        @Option(names = "--total", defaultValue = "4GiB", description = "Of each round (default: ${DEFAULT-VALUE}).")
        private String total = "";

        @Option(
                names = "--rounds",
                defaultValue = "3",
                description = "Medians are over these (default: ${DEFAULT-VALUE}).")
        private int rounds;

        @Option(names = "--tls", description = "Over TLS instead of plain.")
        private boolean tls;

        @Option(names = "--json", description = "Print JSON instead of a table.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            UploadReport report =
                    new UploadBench(data, connections, ByteSize.parse(size), ByteSize.parse(total), tls, rounds).run();
            System.out.println(
                    json
                            ? StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report)
                            : report.table());
            return 0;
        }
    }
}
