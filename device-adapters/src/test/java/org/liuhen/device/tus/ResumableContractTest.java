package org.liuhen.device.tus;

import java.net.InetSocketAddress;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.Pusher;
import org.liuhen.ingest.contract.ResumingContract;
import org.liuhen.storage.Catalog;

/** More than was announced ends an upload of this protocol; all else is as with every other. */
class ResumableContractTest extends ResumingContract {
    @Override
    protected DeviceAdapter adapter(Uploads uploads, Catalog catalog) {
        return new TusAdapter(uploads);
    }

    @Override
    protected Pusher pusher(InetSocketAddress server, String token) {
        return new ResumablePusher(server, token);
    }
}
