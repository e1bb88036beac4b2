package org.liuhen.tools.portal;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.liuhen.ingest.room.SessionDesk;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Catalog;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.access.Devices;
import org.liuhen.tools.access.FootageDesk;

/**
 * What the pages are made from.
 *
 * @param catalog for what is not about footage: cases, events of the reader's own
 * @param troubles why the server is not ready or not well, for people; asked anew for each page
 */
public record PortalSources(
        FootageDesk desk,
        Accounts accounts,
        Devices devices,
        RecordsDesk records,
        Catalog catalog,
        Schedule schedule,
        MeterRegistry meters,
        Supplier<List<String>> troubles,
        SessionDesk sessions) {}
