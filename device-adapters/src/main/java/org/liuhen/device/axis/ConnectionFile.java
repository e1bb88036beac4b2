package org.liuhen.device.axis;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;

/**
 * What an administrator imports into AXIS Body Worn Manager so that a system finds this server, trusts it and can prove
 * itself. Holds the key: shown once, stored nowhere here. Source: body-worn-content-destination-api, connection file.
 *
 * @param tokenAddresses where the log-in is
 * @param certificates base64 of PEM; null over plain HTTP
 * @param publicKey base64 of PEM; null unless encryption is wanted
 */
public record ConnectionFile(
        @JsonProperty("ConnectionFileVersion") String version,
        @JsonProperty("SiteName") String siteName,
        @JsonProperty("ApplicationName") String applicationName,
        @JsonProperty("ApplicationVersion") String applicationVersion,
        @JsonProperty("AuthenticationTokenURI") List<String> tokenAddresses,

        @JsonProperty("HTTPSCertificate") @Nullable List<String> certificates,

        @JsonProperty("BlobAPI") String blobApi,
        @JsonProperty("BlobAPIKey") String key,
        @JsonProperty("BlobAPIUserName") String userName,
        @JsonProperty("ContainerType") String containerType,
        @JsonProperty("FullStoreAndReadSupport") boolean fullStoreAndRead,
        @JsonProperty("ContentDestinationAsNTPServer") boolean timeServer,
        @JsonProperty("WantEncryption") boolean wantsEncryption,

        @JsonProperty("PublicKey") @Nullable String publicKey,

        @JsonProperty("PublicKeyId") @Nullable String publicKeyId) {
    static final int LONGEST_SITE = 64;
    static final int MOST_ADDRESSES = 10;
    static final int LONGEST_PUBLIC_KEY = 2048;
    static final int LONGEST_PUBLIC_KEY_ID = 128;
    private static final String AUTH = "/axis/auth/v1.0";

    /**
     * What an administrator chooses.
     *
     * @param addresses of this server as the system reaches it, HOST:PORT each
     * @param publicKey PEM of an RSA key that clips are encrypted for; null for none
     */
    public record Choice(
            String site,
            List<String> addresses,
            boolean timeServer,
            @Nullable String publicKey,
            @Nullable String publicKeyId) {
        /** @throws InvalidField naming what cannot be in such a file */
        public Choice {
            addresses = List.copyOf(addresses);
            if (site.isBlank() || site.length() > LONGEST_SITE) {
                throw new InvalidField("site", "is not 1 to " + LONGEST_SITE + " characters");
            }
            if (addresses.isEmpty() || addresses.size() > MOST_ADDRESSES) {
                throw new InvalidField("addresses", "are " + addresses.size() + " (expected: 1 to 10, HOST:PORT)");
            }
            for (String address : addresses) {
                if (!address.matches("[A-Za-z0-9.:\\[\\]-]{1,260}:\\d{1,5}")) {
                    throw new InvalidField("addresses", "has one that is not HOST:PORT");
                }
            }
            if ((publicKey == null) != (publicKeyId == null)) {
                throw new InvalidField(
                        "publicKey", "needs publicKeyId and the other way round (expected: both or none)");
            }
            if (publicKey != null) {
                requireRsa(publicKey);
            }
            if (publicKeyId != null && (publicKeyId.isBlank() || publicKeyId.length() > LONGEST_PUBLIC_KEY_ID)) {
                throw new InvalidField("publicKeyId", "is not 1 to " + LONGEST_PUBLIC_KEY_ID + " characters");
            }
        }

        private static void requireRsa(String pem) {
            InvalidField wrong = new InvalidField(
                    "publicKey", "is not an RSA public key of 1024 bits or more in PEM, at most 2048 bytes");
            if (encoded(pem).length() > LONGEST_PUBLIC_KEY) {
                throw wrong;
            }
            try {
                byte[] der = Base64.getMimeDecoder()
                        .decode(pem.replace("-----BEGIN PUBLIC KEY-----", "")
                                .replace("-----END PUBLIC KEY-----", "")
                                .strip());
                RSAPublicKey key =
                        (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
                if (key.getModulus().bitLength() < 1024) {
                    throw wrong;
                }
            } catch (InvalidField e) {
                throw e;
            } catch (GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
                wrong.initCause(e);
                throw wrong;
            }
        }
    }

    public ConnectionFile {
        tokenAddresses = List.copyOf(tokenAddresses);
        certificates = certificates == null ? null : List.copyOf(certificates);
    }

    /**
     * @param key that this system proves itself with
     * @param certificatePems of this server; none for plain HTTP
     */
    public static ConnectionFile of(
            AxisAccount account, Choice choice, String key, List<String> certificatePems, String programVersion) {
        boolean secure = !certificatePems.isEmpty();
        String scheme = secure ? "https://" : "http://";
        String publicKey = choice.publicKey();
        return new ConnectionFile(
                "1.0",
                choice.site(),
                "Liuhen",
                programVersion,
                choice.addresses().stream()
                        .map(address -> scheme + address + AUTH)
                        .toList(),
                secure
                        ? certificatePems.stream()
                                .limit(10)
                                .map(ConnectionFile::encoded)
                                .toList()
                        : null,
                "Swift 1.0",
                key,
                account.name(),
                account.containerType(),
                account.fullStoreAndRead(),
                choice.timeServer(),
                account.wantsEncryption(),
                publicKey == null ? null : encoded(publicKey),
                choice.publicKeyId());
    }

    private static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "ConnectionFile[" + userName + "]";
    }
}
