package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static Router router(String... routes) {
        return new Router(Arrays.stream(routes)
                .map(route -> route.split(" "))
                .map(parts -> Route.of(parts[0], parts[1], r -> Response.of(204)))
                .toList());
    }

    private static String found(Router router, String method, String target) throws Problem {
        Router.Match match = router.find(method, Target.of(target));
        return match.route().method() + " " + match.route().pattern() + " "
                + new java.util.TreeMap<>(match.parameters());
    }

    @Test
    void the_most_literal_pattern_wins_wherever_it_stands_in_the_list() throws Exception {
        Router router = router(
                "GET /{all*}",
                "GET /recordings/{id}",
                "GET /recordings/plan",
                "GET /recordings/{id}/playback/{file*}",
                "GET /recordings/{other}/playback/index.m3u8",
                "GET /");
        assertThat(found(router, "GET", "/recordings/plan")).isEqualTo("GET /recordings/plan {}");
        assertThat(found(router, "GET", "/recordings/7")).isEqualTo("GET /recordings/{id} {id=7}");
        assertThat(found(router, "GET", "/recordings/7/playback/a/b.m4s"))
                .isEqualTo("GET /recordings/{id}/playback/{file*} {file=a/b.m4s, id=7}");
        assertThat(found(router, "GET", "/recordings/7/playback/index.m3u8"))
                .isEqualTo("GET /recordings/{other}/playback/index.m3u8 {other=7}");
        assertThat(found(router, "GET", "/recordings/plan/playback/x"))
                .isEqualTo("GET /recordings/{id}/playback/{file*} {file=x, id=plan}");
        assertThat(found(router, "GET", "/")).isEqualTo("GET / {}");
        assertThat(found(router, "GET", "/else/where")).isEqualTo("GET /{all*} {all=else/where}");
    }

    @Test
    void methods_of_one_path_may_name_its_parts_differently() throws Exception {
        Router router = router("HEAD /uploads/{id}", "PATCH /uploads/{upload}", "GET /uploads/{x}");
        assertThat(found(router, "HEAD", "/uploads/1")).isEqualTo("HEAD /uploads/{id} {id=1}");
        assertThat(found(router, "PATCH", "/uploads/1")).isEqualTo("PATCH /uploads/{upload} {upload=1}");
        assertThatThrownBy(() -> router.find("DELETE", Target.of("/uploads/1")))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.status()).isEqualTo(405);
                    assertThat(problem.response().headers().first("allow")).contains("GET, HEAD, OPTIONS, PATCH");
                });
    }

    @Test
    void routes_that_contradict_each_other_are_refused() {
        for (List<String> routes : List.of(
                List.of("GET /a/{x}", "GET /a/{y}"), List.of("GET a"), List.of("GET /{a*}/b"), List.of("GET /{a"))) {
            assertThatThrownBy(() -> router(routes.toArray(String[]::new)))
                    .as(routes.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_query_is_decoded_and_keeps_every_value() throws Exception {
        Target target = Target.of("/a?case=A%2F1&case=%E6%A1%88+2&empty&=x&&limit=5");
        assertThat(target.query())
                .isEqualTo(Map.of(
                        "case", List.of("A/1", "案 2"), "empty", List.of(""), "", List.of("x"), "limit", List.of("5")));
        for (String bad : List.of("/?a=%", "/?a=%4", "/?a=%gg", "/?a=%ff", "/?" + "a&".repeat(300))) {
            assertThatThrownBy(() -> Target.of(bad)).as(bad).isInstanceOf(Problem.class);
        }
    }
}
