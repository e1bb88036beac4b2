package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.ServerConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code get}. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Fetches an original and compares its fingerprint.")
final class GetCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "ID", description = "The recording.")
    private String id = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to; must not exist yet.")
    private Path out = Path.of("");

    @Option(names = "--reason", description = "Why it is wanted; goes into its custody.")
    private @Nullable String reason;

    @Override
    public Integer call() throws Exception {
        requireFree(out);
        return connection.connected(false, server -> {
            String path = ServerConnection.path("api", "v1", "recordings", id);
            String wanted = server.get(path).path("sha256").asText();
            Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
            parameters.put("reason", reason);
            MessageDigest digest = DigestUtils.getSha256Digest();
            into(
                    out,
                    file -> server.download(
                            ServerConnection.query(path + "/original", parameters),
                            new DigestOutputStream(file, digest)));
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(wanted)) {
                output.err().println("liuhen: " + out + ": SHA-256 " + found + " (expected: " + wanted + ")");
                output.err().flush();
                return ExitCode.NO;
            }
            if (output.json()) {
                ObjectNode json = StoredJson.MAPPER.createObjectNode();
                output.print(json.put("recording", id).put("sha256", found).put("file", out.toString()));
            } else {
                output.line(id + " " + found + " " + out);
            }
            return ExitCode.DONE;
        });
    }

    /** Writes a file. */
    interface Writing {
        void to(OutputStream file) throws Exception;
    }

    static void requireFree(Path file) {
        if (Files.exists(file)) {
            throw new InvalidField("--out", file + " exists already");
        }
    }

    /** Makes a file that is there whole or not at all. */
    static void into(Path file, Writing writing) throws Exception {
        try (OutputStream stream = create(file)) {
            writing.to(stream);
        } catch (Exception e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static OutputStream create(Path file) throws IOException {
        try {
            return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidField("--out", file + " exists already");
        }
    }
}
