package org.liuhen.device.ftp;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import org.apache.commons.net.ftp.FTPClient;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.Pusher;
import org.liuhen.ingest.contract.ResumingContract;
import org.liuhen.ingest.contract.TestDoor;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.storage.Catalog;

class FtpAdapterContractTest extends ResumingContract {
    private @Nullable FtpAdapter ftp;

    static FtpSettings settings(Duration settling) {
        return new FtpSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                null,
                false,
                null,
                null,
                FtpSettings.USUAL_CONNECTIONS,
                FtpSettings.USUAL_IDLE,
                settling);
    }

    @Override
    protected DeviceAdapter adapter(Uploads uploads, Catalog catalog) {
        TestDoor door = new TestDoor();
        DropFolders folders = new DropFolders(
                uploads, NamingPresets.builtIn(ZoneId.of("Asia/Shanghai")), door, InstantSource.system());
        ftp = new FtpAdapter(folders, door, settings(FtpSettings.USUAL_SETTLING));
        return ftp;
    }

    @Override
    protected Pusher pusher(InetSocketAddress ignored, String token) {
        String device =
                token.equals(IngestServer.OTHER_TOKEN) ? IngestServer.OTHER_DOCK.value() : IngestServer.DOCK.value();
        return new FtpPusher(requireNonNull(ftp).address(), device, token, FTPClient::new);
    }
}
