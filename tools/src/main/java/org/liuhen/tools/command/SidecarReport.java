package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.evidence.ReceiptCheck;

/**
 * The check of a clip's sidecar: each receipt in it, that it is for the recording the sidecar names, and the clip's own
 * fingerprint if the clip lies beside it under the name without {@code .json}.
 */
final class SidecarReport {
    private static final String FORMAT = "liuhen-clip-1";
    private static final String ENDING = ".json";

    private final ReceiptCheck check;
    private final OutputOptions output;

    SidecarReport(ReceiptCheck check, OutputOptions output) {
        this.check = check;
        this.output = output;
    }

    /** Whether a file is a sidecar and not a receipt. */
    static boolean isSidecar(byte[] bytes) {
        try {
            return bytes.length <= ReceiptCheck.MAX_BYTES
                    && StoredJson.MAPPER.readTree(bytes).path("format").asText().equals(FORMAT);
        } catch (IOException ignored) {
            return false; // the check of receipts says what is wrong with it
        }
    }

    /** @param original of the first recording, to be compared too; null if it is not at hand */
    int verify(Path file, byte[] bytes, @Nullable Path original) throws IOException {
        JsonNode sidecar = StoredJson.MAPPER.readTree(bytes);
        ObjectNode verdict = StoredJson.MAPPER.createObjectNode();
        verdict.put("sidecar", file.toString());
        ArrayNode sources = verdict.putArray("sources");
        boolean valid =
                sidecar.path("sources").isArray() && !sidecar.path("sources").isEmpty();
        for (JsonNode source : sidecar.path("sources")) {
            boolean first = sources.isEmpty();
            Optional<String> difference = difference(source, first ? original : null);
            ObjectNode told = sources.addObject();
            told.put("recording", source.path("recording").asText());
            told.put("sha256", source.path("sha256").asText());
            told.put("valid", difference.isEmpty());
            difference.ifPresent(text -> told.put("difference", text));
            valid &= difference.isEmpty();
        }
        String clip = clip(file, sidecar);
        verdict.put("clip", clip);
        valid &= !clip.equals("altered");
        verdict.put("valid", valid);
        verdict.put("keyPinned", !check.trustsReceiptsOwnKey());
        if (output.json()) {
            output.print(verdict);
        } else {
            sources.forEach(source -> output.line("recording " + OutputOptions.cell(source, "recording")
                    + (source.path("valid").asBoolean()
                            ? " received as the receipt says"
                            : " NOT proven: " + OutputOptions.cell(source, "difference"))));
            output.line(file + (sidecar.path("sources").isEmpty() ? " names no recording; " : " ") + "clip: " + clip);
        }
        return valid ? ExitCode.DONE : ExitCode.NO;
    }

    private Optional<String> difference(JsonNode source, @Nullable Path original) throws IOException {
        JsonNode receipt = source.path("receipt");
        for (String member : new String[] {"recording", "device", "sha256", "size"}) {
            if (!source.path(member).asText().equals(receipt.path(member).asText())) {
                return Optional.of(member + ": " + source.path(member).asText() + " (expected: "
                        + receipt.path(member).asText() + ", as the receipt says)");
            }
        }
        byte[] bytes = StoredJson.MAPPER.writeValueAsBytes(receipt);
        return original == null ? check.firstDifference(bytes) : check.firstDifference(bytes, original);
    }

    /** {@code intact}, {@code altered}, or {@code absent}. */
    private static String clip(Path sidecar, JsonNode json) throws IOException {
        String name = sidecar.toString();
        Path clip = name.endsWith(ENDING) ? Path.of(name.substring(0, name.length() - ENDING.length())) : sidecar;
        if (clip.equals(sidecar) || !Files.isRegularFile(clip)) {
            return "absent";
        }
        try (InputStream in = Files.newInputStream(clip)) {
            return DigestUtils.sha256Hex(in)
                            .equals(json.path("clip").path("sha256").asText())
                    ? "intact"
                    : "altered";
        }
    }
}
