package org.liuhen.tools.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.catalog.CatalogSettings;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.MemoryVault;

class OperationApiTest {
    @TempDir
    private Path folder;

    @Test
    void a_catalog_without_room_is_a_reason_why_uploads_cannot_be_taken() throws Exception {
        assertThat(reasons(CatalogSettings.DEFAULT.withReserveBytes(Long.MAX_VALUE)))
                .containsExactly("catalog: no room left");
        assertThat(reasons(CatalogSettings.DEFAULT.withReserveBytes(0))).isEmpty();
    }

    private List<String> reasons(CatalogSettings settings) throws Exception {
        try (RocksCatalog catalog = RocksCatalog.open(
                folder.resolve("catalog"),
                folder.resolve("keys"),
                settings,
                InstantSource.system(),
                new SecureRandom(),
                new SimpleMeterRegistry())) {
            return new OperationApi(
                            new MemoryVault(),
                            catalog,
                            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                            List.of(),
                            Map::of)
                    .reasons();
        }
    }
}
