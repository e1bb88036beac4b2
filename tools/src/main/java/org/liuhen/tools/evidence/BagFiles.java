package org.liuhen.tools.evidence;

import static org.liuhen.tools.evidence.ZipRecord.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.StoredJson;

/**
 * A bag in a zip as a set of files whose fingerprints are what its manifests say, both ways. Source: RFC 8493. One
 * thread.
 */
final class BagFiles implements AutoCloseable {
    static final String DATA = "data/";
    private static final String PAYLOAD_MANIFEST = "manifest-sha256.txt";
    private static final String TAG_MANIFEST = "tagmanifest-sha256.txt";
    private static final String INFO = "bag-info.txt";
    /** What is read whole: lists and papers, never footage. */
    private static final int LARGEST_DOCUMENT = 64 << 20;

    private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64})[ \t]+\\*?([^ \t].*)");
    private static final Pattern OXUM = Pattern.compile("(0|[1-9][0-9]{0,18})\\.(0|[1-9][0-9]{0,9})");
    private static final ObjectReader JSON = StoredJson.MAPPER
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final ZipArchive zip;
    private final String folder;
    private Map<String, Fingerprint> payload = Map.of();
    private Map<String, Fingerprint> tags = Map.of();
    private Map<String, String> info = Map.of();
    private long payloadBytes;

    private BagFiles(ZipArchive zip) throws Refutation {
        this.zip = zip;
        this.folder = folder(zip.names());
    }

    /** Opens a bag and compares its lists with what is there, by name and size; contents are not looked at yet. */
    static BagFiles open(Path file) throws IOException, Refutation {
        ZipArchive zip = ZipArchive.open(file);
        try {
            BagFiles bag = new BagFiles(zip);
            bag.readLists();
            return bag;
        } catch (IOException | Refutation | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** The one folder that everything is in, with its slash; empty if the bag is not in one. */
    private static String folder(List<String> names) throws Refutation {
        List<String> declarations = names.stream()
                .filter(name -> name.equals("bagit.txt") || name.matches("[^/]+/bagit\\.txt"))
                .toList();
        require(declarations.size() == 1, "bag: " + declarations.size() + " files bagit.txt (expected: one bag)");
        String declaration = declarations.get(0);
        String folder = declaration.substring(0, declaration.length() - "bagit.txt".length());
        for (String name : names) {
            require(name.startsWith(folder), "bag: is not all in one folder: " + name);
        }
        return folder;
    }

    private void readLists() throws IOException, Refutation {
        List<String> declaration = lines("bagit.txt");
        require(
                declaration.equals(List.of("BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8")),
                "bagit.txt: says " + declaration + " (expected: version 1.0 in UTF-8)");
        require(!has("fetch.txt"), "bag: has a fetch.txt (expected: everything in the bag)");
        payload = manifest(PAYLOAD_MANIFEST, true);
        tags = manifest(TAG_MANIFEST, false);
        info = info();
        long bytes = 0;
        long files = 0;
        for (String name : zip.names()) {
            String path = name.substring(folder.length());
            if (path.startsWith(DATA)) {
                require(payload.containsKey(path), PAYLOAD_MANIFEST + ": does not list " + path);
                bytes += zip.sizeBytes(name);
                files++;
            } else if (!path.startsWith("tagmanifest-")) {
                require(tags.containsKey(path), TAG_MANIFEST + ": does not list " + path);
            }
        }
        Matcher oxum = OXUM.matcher(info.getOrDefault("Payload-Oxum", ""));
        require(oxum.matches(), INFO + ": has no Payload-Oxum");
        require(
                oxum.group().equals(bytes + "." + files),
                INFO + ": Payload-Oxum " + oxum.group() + " (expected: " + bytes + "." + files + ", as is there)");
        payloadBytes = bytes;
    }

    private Map<String, Fingerprint> manifest(String name, boolean ofPayload) throws IOException, Refutation {
        Map<String, Fingerprint> listed = new LinkedHashMap<>();
        for (String line : lines(name)) {
            Matcher parts = LINE.matcher(line);
            require(parts.matches(), name + ": has a line that is none: " + SafePath.shown(line));
            String path = decoded(parts.group(2));
            SafePath.require(path);
            require(
                    path.startsWith(DATA) == ofPayload && !path.equals(TAG_MANIFEST),
                    name + ": lists what is not its own: " + path);
            require(listed.put(path, new Fingerprint(parts.group(1))) == null, name + ": lists twice: " + path);
            require(has(path), name + ": lists what is missing: " + path);
        }
        return listed;
    }

    /** Source: RFC 8493 section 2.1.3: only line ends and the percent sign are encoded. */
    private static String decoded(String path) {
        return path.replaceAll("%0[Aa]", "\n").replaceAll("%0[Dd]", "\r").replace("%25", "%");
    }

    private Map<String, String> info() throws IOException, Refutation {
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : lines(INFO)) {
            int colon = line.indexOf(':');
            require(colon > 0, INFO + ": has a line that is none: " + SafePath.shown(line));
            require(
                    found.put(
                                    line.substring(0, colon),
                                    line.substring(colon + 1).strip())
                            == null,
                    INFO + ": says twice: " + SafePath.shown(line.substring(0, colon)));
        }
        return found;
    }

    /** Recomputes every file, in the order in which they lie in the zip. */
    void recompute() throws IOException, Refutation {
        for (String name : zip.names()) {
            MessageDigest sha256 = DigestUtils.getSha256Digest();
            zip.read(name, (bytes, length) -> sha256.update(bytes, 0, length));
            Fingerprint found = Fingerprint.of(sha256.digest());
            String path = name.substring(folder.length());
            Fingerprint expected = path.startsWith(DATA) ? payload.get(path) : tags.get(path);
            require(
                    expected == null || expected.equals(found),
                    path + ": SHA-256 " + found + " (expected: " + expected + ", as its manifest says)");
        }
    }

    boolean has(String path) {
        return zip.has(folder + path);
    }

    /** The paths of the payload, as its manifest lists them. */
    java.util.Set<String> payload() {
        return payload.keySet();
    }

    long payloadBytes() {
        return payloadBytes;
    }

    int files() {
        return zip.names().size();
    }

    Map<String, String> bagInfo() {
        return info;
    }

    /** The fingerprint of a file of the payload; empty if there is none. */
    Optional<Fingerprint> fingerprint(String path) {
        return Optional.ofNullable(payload.get(path));
    }

    /** @param path of a file that is there */
    long sizeBytes(String path) {
        return zip.sizeBytes(folder + path);
    }

    /** @throws Refutation if there is no such file, or it is too large to be a paper */
    byte[] document(String path) throws IOException, Refutation {
        require(has(path), "bag: lacks " + path);
        require(
                sizeBytes(path) <= LARGEST_DOCUMENT,
                path + ": " + sizeBytes(path) + " bytes (expected: at most " + LARGEST_DOCUMENT + ")");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) sizeBytes(path));
        zip.read(folder + path, (part, length) -> bytes.write(part, 0, length));
        return bytes.toByteArray();
    }

    String text(String path) throws IOException, Refutation {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document(path)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Refutation(path + ": is not UTF-8", e);
        }
    }

    /** The lines of a tag file; it ends with a line end. */
    private List<String> lines(String path) throws IOException, Refutation {
        String text = text(path);
        require(text.isEmpty() || text.endsWith("\n"), path + ": is cut off (expected: a line end)");
        return text.lines().toList();
    }

    JsonNode json(String path) throws IOException, Refutation {
        try {
            JsonNode json = JSON.readTree(document(path));
            require(json != null && json.isObject(), path + ": is no JSON object");
            return json;
        } catch (JsonProcessingException e) {
            throw new Refutation(path + ": is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
