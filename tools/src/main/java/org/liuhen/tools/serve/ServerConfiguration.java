package org.liuhen.tools.serve;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.DeviceId;
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
        @Nullable Naming naming,
        @Nullable Ftp ftp,
        @Nullable Sftp sftp,
        @Nullable Vault vault,
        @Nullable Media media,
        @Nullable Retention retention,
        @Nullable Verify verify,
        @Nullable Evidence evidence,
        @Nullable Ledger ledger,
        @Nullable Scrub scrub,
        @Nullable List<Room> rooms,
        @Nullable Capture capture) {
    public static final String DEFAULT_LISTEN = "127.0.0.1:8470";
    public static final Path DEFAULT_DATA = Path.of("data");

    /**
     * @param certificate PEM, the server's first, then its issuers
     * @param key PEM, PKCS#8, without a password
     * @param selfSigned whether to make a certificate in {@code keys/} where none is given
     * @param clientCertificates whether devices may prove themselves with a certificate
     */
    public record Tls(
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Boolean selfSigned,
            @Nullable Boolean clientCertificates) {}

    /**
     * @param connections the most at once
     * @param slowestBodyBytesPerSecond what a body must bring on average to be waited for; 0 for any that moves at all
     * @param slowestBodyWindow over which that is looked at
     */
    public record Http(
            @Nullable Integer connections,
            @Nullable Long slowestBodyBytesPerSecond,
            @Nullable Duration slowestBodyWindow) {}

    /**
     * @param largestBytes the longest recording that is taken
     * @param unfinishedFor how long an unfinished upload waits for its device
     */
    public record Uploads(
            @Nullable Long largestBytes, @Nullable Duration unfinishedFor) {}

    /**
     * @param zone of the clocks of devices whose names tell times; the retention schedule's by default
     * @param presets a file or folder of a department's own ways of naming
     */
    public record Naming(@Nullable ZoneId zone, @Nullable Path presets) {}

    /**
     * @param listen host and port of FTP, which becomes FTPS by {@code AUTH TLS}; none by default
     * @param listenTls host and port of FTPS from the first byte on; none by default
     * @param passivePorts for data connections, for example {@code 50000-50100}; any by default
     * @param passiveAddress what docks are told to connect to, where it is not the address they came to
     * @param connections the most at once
     * @param insecurePlainFtp whether to take FTP without TLS from other machines
     */
    public record Ftp(
            @Nullable String listen,
            @Nullable String listenTls,
            @Nullable String passivePorts,
            @Nullable String passiveAddress,
            @Nullable Integer connections,
            @Nullable Boolean insecurePlainFtp) {}

    /**
     * @param listen host and port; none by default
     * @param authorizedKeys a folder of public keys, {@code <device>.pub} for each device
     * @param connections the most at once
     */
    public record Sftp(
            @Nullable String listen,
            @Nullable Path authorizedKeys,
            @Nullable Integer connections) {}

    /**
     * @param reserveBytes room that uploads leave free on the disk
     * @param mirror a second folder or disk that holds the same; null for none
     */
    public record Vault(
            @Nullable Long reserveBytes, @Nullable Path mirror) {}

    /**
     * @param children how many child programs make recordings playable at once; 0 for none
     * @param sandbox whether they have to run in a sandbox: {@code required}, {@code preferred} or {@code off}
     * @param hardware which graphics hardware they may use: {@code none}, {@code vaapi}, {@code nvenc}, {@code qsv} or {@code
     *     auto}
     * @param hardwareDevice its device file, for {@code vaapi} and {@code qsv}
     * @param signatureRoots a folder of certificates, PEM, that are trusted to vouch for cameras that sign their pictures
     * @param playbackCacheBytes how much is kept of what was lately made for people who watch
     */
    public record Media(
            @Nullable Integer children,
            @Nullable String sandbox,
            @Nullable String hardware,
            @Nullable Path hardwareDevice,
            @Nullable Path signatureRoots,
            @Nullable Long playbackCacheBytes) {}

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

    /**
     * @param id what people call the room, for example {@code ROOM-1}
     * @param cameras what stands in it
     */
    public record Room(@Nullable String id, @Nullable List<Camera> cameras) {}

    /**
     * @param device the camera's device id
     * @param url {@code rtsp://HOST[:PORT]/PATH}; null if somebody else records it and pushes that
     * @param passwordFile one line
     */
    public record Camera(
            @Nullable DeviceId device,
            @Nullable URI url,
            @Nullable String user,
            @Nullable Path passwordFile) {}

    /**
     * @param piece how much of a recording is made durable at a time
     * @param silence how long a camera may send nothing before it counts as lost
     * @param retryAtMost the longest wait before a lost camera is tried again
     */
    public record Capture(
            @Nullable Duration piece,
            @Nullable Duration silence,
            @Nullable Duration retryAtMost) {}

    /** Every choice left to its default. */
    public static ServerConfiguration defaults() {
        try {
            return strict(Path.of("")).readValue("{}", ServerConfiguration.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("config: an empty one cannot be read", e);
        }
    }

    private static JsonMapper strict(Path folder) {
        SimpleModule paths = new SimpleModule().addDeserializer(Path.class, new PathIn(folder));
        return JsonMapper.builder(YAMLFactory.builder()
                        .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                        .build())
                .addModules(new JavaTimeModule(), paths)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .build();
    }

    /** Reads a path as relative to a folder. */
    private static final class PathIn extends FromStringDeserializer<Path> {
        private static final long serialVersionUID = 1;

        private final transient Path folder;

        PathIn(Path folder) {
            super(Path.class);
            this.folder = folder;
        }

        @Override
        protected Path _deserialize(String value, DeserializationContext ignored) {
            return folder.resolve(value).normalize();
        }
    }

    /**
     * Reads a configuration file; paths in it are relative to its folder.
     *
     * @throws InvalidField {@code config}, naming the key that cannot be used
     */
    public static ServerConfiguration read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
            ServerConfiguration read = strict(folder).readValue(bytes, ServerConfiguration.class);
            return read == null ? defaults() : read;
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

    /** The same, but for where the data are, where it listens, and as whom. */
    public ServerConfiguration serving(
            @Nullable Path data, @Nullable String listen, @Nullable Tls tls, @Nullable Boolean insecurePlainHttp) {
        return new ServerConfiguration(
                data,
                listen,
                tls,
                insecurePlainHttp,
                http,
                uploads,
                naming,
                ftp,
                sftp,
                vault,
                media,
                retention,
                verify,
                evidence,
                ledger,
                scrub,
                rooms,
                capture);
    }
}
