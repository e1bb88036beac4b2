package org.liuhen.tools.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
    private static final Path DOCUMENT = Path.of("../docs/openapi.yaml");
    /** The portal's pages are for people; the document is for programs. */
    private static final String INTERFACE = "/(api|uploads|ledger|health|metrics|axis)(/.*)?";

    @TempDir
    private Path folder;

    @Test
    void document_and_routes_say_the_same() throws Exception {
        Set<String> routes;
        try (LiuhenServer server = LiuhenServer.startPrivately(folder.resolve("d"), ServerConfiguration.defaults())) {
            routes = server.routes().stream()
                    .filter(route -> route.pattern().matches(INTERFACE))
                    .map(route -> route.method() + " " + route.pattern().replace("*}", "}"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        Set<String> documented = new TreeSet<>();
        JsonNode document = new YAMLMapper().readTree(DOCUMENT.toFile());
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(routes).isEqualTo(documented);
    }

    @Test
    void every_reference_in_the_document_leads_somewhere() throws Exception {
        JsonNode document = new YAMLMapper().readTree(DOCUMENT.toFile());
        assertThat(document.path("openapi").asText()).startsWith("3.1");
        assertThat(document.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void every_path_parameter_is_described() throws Exception {
        JsonNode document = new YAMLMapper().readTree(DOCUMENT.toFile());
        document.path("paths").properties().forEach(path -> {
            long captured = path.getKey().chars().filter(c -> c == '{').count();
            path.getValue().forEach(operation -> {
                long described = 0;
                for (JsonNode parameter : operation.path("parameters")) {
                    JsonNode real = parameter.has("$ref")
                            ? document.at(parameter.path("$ref").asText().substring(1))
                            : parameter;
                    described += real.path("in").asText().equals("path") ? 1 : 0;
                }
                assertThat(described).as(path.getKey()).isEqualTo(captured);
            });
        });
    }
}
