package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Deliberate;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.evidence.BagCheck;
import org.liuhen.tools.evidence.Refutation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The verb {@code export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Takes out the evidence of a case: a BagIt bag in a zip, checked before this says done.")
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--case", required = true, paramLabel = "C", description = "The case number.")
    private String number = "";

    @Option(names = "--out", required = true, paramLabel = "FILE.zip", description = "Where to; must not exist yet.")
    private Path out = Path.of("");

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; goes into its custody.")
    private String reason = "";

    @Option(
            names = "--leave-out-damaged",
            description = "Leave damaged originals out and name them, rather than export nothing.")
    private boolean leavesOutDamaged;

    @Override
    public Integer call() throws Exception {
        GetCommand.requireFree(out);
        Path part = out.resolveSibling(out.getFileName() + ".part");
        return connection.connected(false, server -> {
            String sha256 = fetch(server, part);
            BagCheck.Passed passed;
            try {
                passed = BagCheck.check(part, List.of());
            } catch (Refutation e) {
                output.err().println("liuhen: " + part + ": " + e.what() + "; do not hand it over");
                output.err().flush();
                return ExitCode.NO;
            }
            publish(part, out);
            if (output.json()) {
                ObjectNode json = StoredJson.MAPPER.valueToTree(passed);
                output.print(json.put("sha256", sha256).put("file", out.toString()));
            } else {
                output.line(sha256 + "  " + out);
                output.line(BagReport.sentence(passed));
            }
            return ExitCode.DONE;
        });
    }

    private String fetch(ServerConnection server, Path part) throws Exception {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        parameters.put("reason", reason);
        parameters.put("damaged", leavesOutDamaged ? "leave-out" : null);
        String path = ServerConnection.query(ServerConnection.path("api", "v1", "cases", number, "export"), parameters);
        MessageDigest digest = DigestUtils.getSha256Digest();
        // what an earlier try left there was never whole
        Files.deleteIfExists(part);
        GetCommand.into(part, file -> {
            try (OutputStream fingerprinted = new DigestOutputStream(file, digest)) {
                server.download(path, fingerprinted);
            } catch (IOException e) {
                throw new IOException(
                        "export: broken off, nothing is kept: " + e.getMessage()
                                + "; if an original is damaged, its custody says so and the next export names it",
                        e);
            }
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    @Deliberate("a download, not a part of the store: whoever lost it exports again")
    private static void publish(Path part, Path out) throws IOException {
        Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
    }
}
