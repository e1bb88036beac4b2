package org.liuhen.device.tus;

import java.net.InetSocketAddress;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.DeviceAdapterContract;
import org.liuhen.ingest.contract.Pusher;

/** More than was announced ends an upload of this protocol; all else is as with every other. */
class ResumableContractTest extends DeviceAdapterContract {
    @Override
    protected DeviceAdapter adapter(Uploads uploads) {
        return new TusAdapter(uploads);
    }

    @Override
    protected Pusher pusher(InetSocketAddress server, String token) {
        return new ResumablePusher(server, token);
    }
}
