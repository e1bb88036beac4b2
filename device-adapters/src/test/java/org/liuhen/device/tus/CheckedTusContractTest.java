package org.liuhen.device.tus;

import java.net.InetSocketAddress;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.Pusher;
import org.liuhen.ingest.contract.ResumingContract;
import org.liuhen.storage.Catalog;

/** The contract once more for a device that sends a checksum with each body that it sends whole. */
class CheckedTusContractTest extends ResumingContract {
    @Override
    protected DeviceAdapter adapter(Uploads uploads, Catalog catalog) {
        return new TusAdapter(uploads);
    }

    @Override
    protected Pusher pusher(InetSocketAddress server, String token) {
        return new TusPusher(server, token).checking();
    }
}
