package org.liuhen.ingest.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says what is wrong, as {@code application/problem+json}. Thrown by handlers; the type is stable, the
 * detail is for people. Source: RFC 9457.
 */
public final class Problem extends Exception {
    private final int status;
    private final String type;
    private final Map<String, Object> members = new LinkedHashMap<>();
    private Headers headers = Headers.NONE;

    /**
     * @param type the last part of the type's URI, for example {@code wrong-offset}; or all of one that others defined
     * @param detail what is wrong and what to do about it; never holds a secret
     */
    public Problem(int status, String type, String detail) {
        this(status, type, detail, null);
    }

    public Problem(int status, String type, String detail, @Nullable Throwable cause) {
        super(detail, cause, false, cause != null);
        this.status = status;
        this.type = type;
    }

    /** Adds a member to the document, for example {@code field}. */
    public Problem member(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** Adds a header to the answer, for example {@code Retry-After}. */
    public Problem header(String name, String value) {
        headers = headers.with(name, value);
        return this;
    }

    /** Adds fields to the answer, those that it does not have. */
    Problem carrying(Headers more) {
        for (Map.Entry<String, List<String>> field : more.fields().entrySet()) {
            if (headers.all(field.getKey()).isEmpty()) {
                field.getValue().forEach(value -> header(field.getKey(), value));
            }
        }
        return this;
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    /** The answer itself. */
    public Response response() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", type.contains(":") ? type : "urn:liuhen:problem:" + type);
        document.put("title", type.substring(type.indexOf('#') + 1).replace('-', ' '));
        document.put("status", status);
        String detail = getMessage();
        if (detail != null) {
            document.put("detail", detail);
        }
        document.putAll(members);
        Response response = Response.json(status, document);
        return new Response(
                status,
                new Headers(headers.fields()).with("content-type", "application/problem+json"),
                response.body());
    }
}
