package org.liuhen.tools.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;

/** What is measured about the whole: the machine, the disk, how much is in the catalog. */
final class ServerMeters {
    private static final List<String> SIZES = List.of("recordings", "events", "uploads", "jobs");

    private ServerMeters() {}

    static void bind(MeterRegistry meters, Path data, Vault vault, Catalog catalog, Closing closing) {
        new ClassLoaderMetrics().bindTo(meters);
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        JvmGcMetrics collections = closing.add("meters of collections", new JvmGcMetrics());
        collections.bindTo(meters);
        Gauge.builder("liuhen.disk.free.bytes", () -> free(data))
                .description("Free on the disk of the data folder")
                .register(meters);
        Gauge.builder("liuhen.vault.room.bytes", () -> room(vault))
                .description("What the vault can still take, after its reserve")
                .register(meters);
        Gauge.builder("liuhen.vault.in.service", () -> vault.outOfService().isEmpty() ? 1 : 0)
                .description("1 while the vault takes writes")
                .register(meters);
        Gauge.builder("liuhen.catalog.in.service", () -> catalog.outOfService().isEmpty() ? 1 : 0)
                .description("1 while the catalog takes commits")
                .register(meters);
        for (String size : SIZES) {
            Gauge.builder("liuhen.catalog.rows", () -> rows(catalog, size))
                    .tag("of", size)
                    .description("How much is in the catalog, estimated")
                    .register(meters);
        }
        Gauge.builder("liuhen.ledger.size", () -> catalog.ledger().head().size())
                .description("Events in the ledger")
                .register(meters);
    }

    private static double free(Path data) {
        try {
            return Files.getFileStore(data).getUsableSpace();
        } catch (IOException ignored) {
            // a gauge has no other way to say so
            return Double.NaN;
        }
    }

    private static double room(Vault vault) {
        try {
            return vault.roomBytes();
        } catch (StorageFailure ignored) {
            // a gauge has no other way to say so; health tells the reason
            return Double.NaN;
        }
    }

    private static double rows(Catalog catalog, String size) {
        try {
            Long rows = catalog.sizes().get(size);
            return rows == null ? Double.NaN : rows;
        } catch (StorageFailure ignored) {
            // a gauge has no other way to say so; health tells the reason
            return Double.NaN;
        }
    }
}
