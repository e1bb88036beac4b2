package org.liuhen.device.sftp;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How SFTP is offered.
 *
 * @param hostKey made if it is not there
 * @param authorizedKeys a folder with public keys as OpenSSH writes them, {@code <device>.pub} for each device; null for
 *     none
 * @param connections the most at once
 * @param idle how long a silent connection is waited for
 */
public record SftpSettings(
        InetSocketAddress address, Path hostKey, @Nullable Path authorizedKeys, int connections, Duration idle) {
    public static final int USUAL_CONNECTIONS = 64;
    public static final Duration USUAL_IDLE = Duration.ofMinutes(5);
}
