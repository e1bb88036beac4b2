package org.liuhen.tools.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code bench}. */
@Command(
        name = "bench",
        description = "Measures this program on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {BenchCommand.Upload.class, BenchCommand.Media.class})
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

    /** The verb {@code bench media}. */
    @Command(
            name = "media",
            mixinStandardHelpOptions = true,
            description = "Makes what is made for looking at recordings, beside the program ffmpeg doing the same.")
    static final class Media implements Callable<Integer> {
        @Parameters(arity = "0..*", description = "Recordings (default: footage that is made for it).")
        private List<Path> files = new ArrayList<>();

        @Option(names = "--data", required = true, description = "Folder to work in; what is made is removed.")
        private Path data = Path.of(".");

        @Option(
                names = "--rounds",
                defaultValue = "5",
                description = "Medians are over these (default: ${DEFAULT-VALUE}).")
        private int rounds;

        @Option(names = "--ffmpeg", description = "Which ffmpeg (default: that of the libraries in use here).")
        private @Nullable Path program;

        @Option(names = "--json", description = "Print JSON instead of a table.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            MediaReport report = new MediaBench(data, files, program, rounds).run();
            System.out.println(
                    json
                            ? StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report)
                            : report.table());
            return 0;
        }
    }
}
