package org.liuhen.device.axis;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.Pusher;
import org.liuhen.ingest.contract.WholeFileContract;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.DeviceId;

/** Axis systems put whole objects: nothing is resumed. They have no words for cases, and give up by breaking off. */
class AxisAdapterContractTest extends WholeFileContract {
    @Override
    protected DeviceAdapter adapter(Uploads uploads, Catalog catalog) {
        return AxisTown.adapter(uploads, catalog, InstantSource.system(), (system, camera, serial, name, model) -> {});
    }

    @Override
    protected DeviceId device() {
        return new DeviceId(AxisTown.SYSTEM + ":" + AxisTown.CAMERA);
    }

    @Override
    protected Pusher pusher(InetSocketAddress server, String token) {
        return new AxisPusher(server, token);
    }
}
