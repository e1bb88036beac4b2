package org.liuhen.tools.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import org.liuhen.storage.StoredJson;

/** The server answered, and the answer is no. */
public final class Refused extends Exception {
    private final int status;
    private final String type;
    private final transient Optional<Duration> retryAfter;

    private Refused(int status, String type, String detail, Optional<Duration> retryAfter) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.retryAfter = retryAfter;
    }

    /** Reads a problem document, or makes do with the status if it is none. */
    static Refused of(int status, byte[] body, Optional<String> retryAfter) {
        String type = "unknown";
        String detail = "server: answered " + status;
        try {
            JsonNode problem = StoredJson.MAPPER.readTree(body);
            if (problem != null && problem.isObject()) {
                String uri = problem.path("type").asText("unknown");
                type = uri.substring(uri.lastIndexOf(':') + 1);
                detail = problem.path("detail").asText(detail);
            }
        } catch (JsonProcessingException ignored) {
            // something between us and the server answered in its own words
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new Refused(
                status,
                type,
                detail,
                retryAfter
                        .filter(text -> text.matches("\\d{1,6}"))
                        .map(text -> Duration.ofSeconds(Long.parseLong(text))));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable name of the problem, for example {@code forbidden}. */
    public String type() {
        return type;
    }

    /** How long the server asks to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter == null ? Optional.empty() : retryAfter;
    }

    /** Whether the same request may succeed later. */
    public boolean mayPass() {
        return status >= 500 || status == 408 || status == 425 || status == 429 || status == 423;
    }
}
