package org.liuhen.device.sftp;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.Pusher;
import org.liuhen.ingest.contract.ResumingContract;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.Catalog;

class SftpAdapterContractTest extends ResumingContract {
    private static final SshClient SSH = SshClient.setUpDefaultClient();

    @TempDir
    private Path keys;

    private @Nullable SftpAdapter sftp;

    @BeforeAll
    static void startClient() {
        SSH.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        SSH.start();
    }

    @AfterAll
    static void stopClient() {
        SSH.stop();
    }

    static SftpSettings settings(Path keys, @Nullable Path authorizedKeys) {
        return new SftpSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                keys.resolve("sftp-host-key"),
                authorizedKeys,
                SftpSettings.USUAL_CONNECTIONS,
                SftpSettings.USUAL_IDLE);
    }

    @Override
    protected DeviceAdapter adapter(Uploads uploads, Catalog catalog) {
        TestDoor door = new TestDoor();
        InstantSource clock = InstantSource.system();
        DropFolders folders = new DropFolders(uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, clock);
        sftp = new SftpAdapter(folders, door, settings(keys, null), clock, new SecureRandom());
        return sftp;
    }

    @Override
    protected Pusher pusher(InetSocketAddress ignored, String token) {
        String device =
                token.equals(IngestServer.OTHER_TOKEN) ? IngestServer.OTHER_DOCK.value() : IngestServer.DOCK.value();
        return new SftpPusher(SSH, requireNonNull(sftp).address(), device, token);
    }
}
