package org.liuhen.tools.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.device.ftp.FtpAdapter;
import org.liuhen.device.ftp.FtpSettings;
import org.liuhen.device.sftp.SftpAdapter;
import org.liuhen.device.sftp.SftpSettings;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.drop.DevicePass;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.http.TlsIdentity;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.InvalidField;

/**
 * What is offered to docks that push files by name, as configured: nothing, unless somebody asked for it. Built before
 * anything is opened, so that what cannot be used is refused at once.
 */
final class OldDocks {
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final int LAST_PORT = 65_535;

    private final @Nullable InetSocketAddress ftp;
    private final @Nullable InetSocketAddress ftps;
    private final boolean needsTls;
    private final ServerConfiguration.@Nullable Ftp ftpAsked;
    private final @Nullable InetSocketAddress sftp;
    private final ServerConfiguration.@Nullable Sftp sftpAsked;

    /** @throws InvalidField naming the key that cannot be used */
    OldDocks(ServerConfiguration configuration, boolean hasIdentity) {
        this.ftpAsked = configuration.ftp();
        this.sftpAsked = configuration.sftp();
        this.ftp = ftpAsked == null ? null : address("ftp.listen", ftpAsked.listen());
        this.ftps = ftpAsked == null ? null : address("ftp.listenTls", ftpAsked.listenTls());
        this.sftp = sftpAsked == null ? null : address("sftp.listen", sftpAsked.listen());
        boolean insecure = ftpAsked != null && Boolean.TRUE.equals(ftpAsked.insecurePlainFtp());
        boolean remote = ftp != null && !ftp.getAddress().isLoopbackAddress();
        if (ftps != null && !hasIdentity) {
            throw new InvalidField("ftp.listenTls", "has no certificate (expected: tls.certificate or tls.selfSigned)");
        }
        if (remote && !hasIdentity && !insecure) {
            throw new InvalidField(
                    "ftp.listen",
                    ftp
                            + " would take tokens and footage over plain FTP from other machines (expected: tls.certificate,"
                            + " or tls.selfSigned, or a loopback address, or ftp.insecurePlainFtp)");
        }
        this.needsTls = hasIdentity && (remote || ftp == null) && !insecure;
        if (ftpAsked != null) {
            requirePorts(ftpAsked.passivePorts());
            requirePositive("ftp.connections", ftpAsked.connections());
        }
        if (sftpAsked != null) {
            requirePositive("sftp.connections", sftpAsked.connections());
        }
    }

    private static @Nullable InetSocketAddress address(String key, @Nullable String text) {
        return text == null ? null : Listening.address(key, text);
    }

    private static void requirePorts(@Nullable String ports) {
        if (ports != null) {
            Matcher range = PORTS.matcher(ports);
            if (!range.matches()
                    || Integer.parseInt(range.group(1)) > LAST_PORT
                    || (range.group(2) != null
                            && (Integer.parseInt(range.group(2)) > LAST_PORT
                                    || Integer.parseInt(range.group(2)) < Integer.parseInt(range.group(1))))) {
                throw new InvalidField("ftp.passivePorts", ports + " (expected: FIRST-LAST)");
            }
        }
    }

    private static void requirePositive(String key, @Nullable Integer number) {
        if (number != null && number < 1) {
            throw new InvalidField(key, number + " (expected: 1 or more)");
        }
    }

    /** How names are read. */
    static NamingPresets presets(ServerConfiguration configuration, ZoneId usual) {
        ServerConfiguration.Naming naming = configuration.naming();
        ZoneId zone = naming == null || naming.zone() == null ? usual : naming.zone();
        return naming == null || naming.presets() == null
                ? NamingPresets.builtIn(zone)
                : NamingPresets.with(naming.presets(), zone);
    }

    /** @param identity who the server says it is over TLS; null if it talks none */
    List<DeviceAdapter> adapters(
            DropFolders folders,
            DevicePass.Door door,
            @Nullable TlsIdentity identity,
            Path keys,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        List<DeviceAdapter> adapters = new ArrayList<>();
        if (ftpAsked != null && (ftp != null || ftps != null)) {
            adapters.add(new FtpAdapter(
                    folders,
                    door,
                    new FtpSettings(
                            ftp,
                            ftps,
                            identity,
                            needsTls,
                            ftpAsked.passivePorts(),
                            ftpAsked.passiveAddress(),
                            ftpAsked.connections() == null ? FtpSettings.USUAL_CONNECTIONS : ftpAsked.connections(),
                            FtpSettings.USUAL_IDLE,
                            FtpSettings.USUAL_SETTLING)));
        }
        if (sftpAsked != null && sftp != null) {
            adapters.add(new SftpAdapter(
                    folders,
                    door,
                    new SftpSettings(
                            sftp,
                            keys.resolve("sftp-host-key"),
                            sftpAsked.authorizedKeys(),
                            sftpAsked.connections() == null ? SftpSettings.USUAL_CONNECTIONS : sftpAsked.connections(),
                            SftpSettings.USUAL_IDLE),
                    clock,
                    random));
        }
        return adapters;
    }
}
