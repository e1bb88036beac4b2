/**
 * What every way in must promise, as tests that each protocol's own package runs against the real server, vault and
 * catalog. Start reading at {@link org.liuhen.ingest.contract.DeviceAdapterContract}.
 */
@NullMarked
package org.liuhen.ingest.contract;

import org.jspecify.annotations.NullMarked;
