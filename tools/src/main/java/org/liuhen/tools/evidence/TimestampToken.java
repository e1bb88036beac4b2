package org.liuhen.tools.evidence;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Instant;
import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampTokenInfo;

/**
 * What an authority's answer says: that some bytes existed at some time. Who the authority is, and whether to believe it,
 * is for those to judge who have its certificate: {@code openssl ts -verify}. Source: RFC 3161.
 */
public final class TimestampToken {
    private final TimeStampTokenInfo info;

    private TimestampToken(TimeStampTokenInfo info) {
        this.info = info;
    }

    /**
     * Reads a whole answer, DER.
     *
     * @throws IOException if it holds no token
     */
    public static TimestampToken read(byte[] answer) throws IOException {
        try {
            var token = new TimeStampResponse(new ByteArrayInputStream(answer)).getTimeStampToken();
            if (token == null) {
                throw new IOException("timestamp: an answer without a token");
            }
            return new TimestampToken(token.getTimeStampInfo());
        } catch (TSPException | RuntimeException e) {
            throw new IOException("timestamp: cannot be read: " + e.getMessage(), e);
        }
    }

    /** When the authority signed, by its own clock. */
    public Instant at() {
        return info.getGenTime().toInstant();
    }

    /** Whether it is these bytes that the authority has stamped. */
    boolean stamps(byte[] bytes) {
        return NISTObjectIdentifiers.id_sha256.equals(info.getMessageImprintAlgOID())
                && MessageDigest.isEqual(info.getMessageImprintDigest(), DigestUtils.sha256(bytes));
    }
}
