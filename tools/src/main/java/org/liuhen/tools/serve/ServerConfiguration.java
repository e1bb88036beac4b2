package org.liuhen.tools.serve;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;

/**
 * What can be chosen about a server, as its configuration file says it. A key that is left out has its default, an
 * unknown key is refused. {@code docs/liuhen.sample.yaml} shows every key.
 *
 * @param data the data folder
 * @param listen host and port
 * @param insecurePlainHttp whether to take requests without TLS from other machines
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ServerConfiguration(
        @Nullable Path data,
        @Nullable String listen,
        @Nullable Tls tls,
        @Nullable Boolean insecurePlainHttp,
        @Nullable Http http,
        @Nullable Uploads uploads,
        @Nullable Vault vault,
        @Nullable Media media,
        @Nullable Retention retention,
        @Nullable Verify verify,
        @Nullable Evidence evidence,
        @Nullable Ledger ledger,
        @Nullable Scrub scrub) {
    public static final String DEFAULT_LISTEN = "127.0.0.1:8470";
    public static final Path DEFAULT_DATA = Path.of("data");

    /**
     * @param certificate PEM, the server's first, then its issuers
     * @param key PEM, PKCS#8, without a password
     * @param selfSigned whether to make a certificate in {@code keys/} where none is given
     */
    public record Tls(
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Boolean selfSigned) {}

    /** @param connections the most at once */
    public record Http(@Nullable Integer connections) {}

    /**
     * @param largestBytes the longest recording that is taken
     * @param unfinishedFor how long an unfinished upload waits for its device
     */
    public record Uploads(
            @Nullable Long largestBytes, @Nullable Duration unfinishedFor) {}

    /**
     * @param reserveBytes room that uploads leave free on the disk
     * @param mirror a second folder or disk that holds the same; null for none
     */
    public record Vault(
            @Nullable Long reserveBytes, @Nullable Path mirror) {}

    /** @param children how many child programs make recordings playable at once; 0 for none */
    public record Media(@Nullable Integer children) {}

    /** @param schedule the retention schedule; the built-in one by default */
    public record Retention(@Nullable Path schedule) {}

    /** @param readers how many originals a verification reads at once; one for each core by default */
    public record Verify(@Nullable Integer readers) {}

    /** @param organization who hands over evidence, as the papers name it */
    public record Evidence(@Nullable String organization) {}

    /**
     * @param witnesses who cosigns the log's checkpoints
     * @param timestamps who says when a checkpoint existed
     */
    public record Ledger(
            @Nullable List<Witness> witnesses, @Nullable Timestamps timestamps) {}

    /**
     * @param url its submission prefix, see c2sp.org/tlog-witness
     * @param key its verifier key, of a cosigner
     */
    public record Witness(@Nullable URI url, @Nullable String key) {}

    /**
     * @param url of an authority, RFC 3161 over HTTP
     * @param every how often a checkpoint is stamped
     * @param roots PEM, the certificates that are trusted to vouch for the authority's
     */
    public record Timestamps(
            @Nullable URI url,
            @Nullable Duration every,
            @Nullable Path roots) {}

    /**
     * @param mibPerSecond how much is read at most to check what is stored; 0 to check nothing
     * @param every in which time each recording is checked at least once
     */
    public record Scrub(
            @Nullable Long mibPerSecond, @Nullable Duration every) {}

    private static final JsonMapper STRICT = JsonMapper.builder(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .build())
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    /** Every choice left to its default. */
    public static ServerConfiguration defaults() {
        return new ServerConfiguration(null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    /**
     * Reads a configuration file; paths in it are relative to its folder.
     *
     * @throws InvalidField {@code config}, naming the key that cannot be used
     */
    public static ServerConfiguration read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            ServerConfiguration read = STRICT.readValue(bytes, ServerConfiguration.class);
            Path folder = file.toAbsolutePath().getParent();
            return read == null || folder == null ? defaults() : read.relativeTo(folder);
        } catch (JsonMappingException e) {
            if (e.getMessage() != null && e.getMessage().startsWith("No content")) {
                return defaults();
            }
            throw new InvalidField("config", key(e) + ": " + e.getOriginalMessage() + place(e));
        } catch (JsonProcessingException e) {
            throw new InvalidField("config", e.getOriginalMessage() + place(e));
        }
    }

    private static String key(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(java.util.Objects::nonNull)
                .collect(java.util.stream.Collectors.joining("."));
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
    }

    private ServerConfiguration relativeTo(Path folder) {
        return new ServerConfiguration(
                in(folder, data),
                listen,
                tls == null ? null : new Tls(in(folder, tls.certificate), in(folder, tls.key), tls.selfSigned),
                insecurePlainHttp,
                http,
                uploads,
                vault == null ? null : new Vault(vault.reserveBytes, in(folder, vault.mirror)),
                media,
                retention == null ? null : new Retention(in(folder, retention.schedule)),
                verify,
                evidence,
                ledger == null ? null : ledgerIn(folder, ledger),
                scrub);
    }

    private static Ledger ledgerIn(Path folder, Ledger ledger) {
        Timestamps timestamps = ledger.timestamps;
        return new Ledger(
                ledger.witnesses,
                timestamps == null
                        ? null
                        : new Timestamps(timestamps.url, timestamps.every, in(folder, timestamps.roots)));
    }

    private static @Nullable Path in(Path folder, @Nullable Path path) {
        return path == null ? null : folder.resolve(path).normalize();
    }
}
