package org.liuhen.device.ftp;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.TlsIdentity;

/**
 * How FTP is offered.
 *
 * @param address plain FTP that becomes FTPS by {@code AUTH TLS}; null for none
 * @param implicitAddress FTPS from the first byte on; null for none
 * @param identity null to offer no TLS
 * @param needsTls whether nobody logs in and nothing is transferred without TLS
 * @param passivePorts for data connections, for example {@code 50000-50100}; null for any
 * @param passiveAddress what docks are told to connect to, where this machine has another address for them; null for none
 * @param connections the most at once
 * @param idle how long a silent connection is waited for
 * @param settling how long a finished transfer of unknown length waits to see whether the dock is still there
 */
public record FtpSettings(
        @Nullable InetSocketAddress address,
        @Nullable InetSocketAddress implicitAddress,
        @Nullable TlsIdentity identity,
        boolean needsTls,
        @Nullable String passivePorts,
        @Nullable String passiveAddress,
        int connections,
        Duration idle,
        Duration settling) {
    public static final int USUAL_CONNECTIONS = 64;
    public static final Duration USUAL_IDLE = Duration.ofMinutes(5);
    public static final Duration USUAL_SETTLING = Duration.ofSeconds(1);

    public FtpSettings {
        if (identity == null && (implicitAddress != null || needsTls)) {
            throw new IllegalArgumentException("identity: none (expected: one, for TLS)");
        }
    }
}
