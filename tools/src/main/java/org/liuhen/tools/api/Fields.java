package org.liuhen.tools.api;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Request;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;

/** Reads what a request says, strictly: each complaint names the field and what would be accepted. */
final class Fields {
    static final int USUAL_PAGE = 50;
    private static final int MAX_TEXT = 1_000;

    private Fields() {}

    /** A query parameter read by {@code reader}, or null. */
    static <T> @Nullable T query(Request request, String name, Function<String, T> reader) {
        return request.query(name).map(reader).orElse(null);
    }

    static int limit(Request request) {
        Optional<String> text = request.query("limit");
        if (text.isEmpty()) {
            return USUAL_PAGE;
        }
        long limit = text.get().matches("\\d{1,9}") ? Long.parseLong(text.get()) : 0;
        if (limit < 1) {
            throw new InvalidField("limit", text.get() + " (expected: 1 to " + Catalog.MAX_PAGE + ")");
        }
        return (int) Math.min(limit, Catalog.MAX_PAGE);
    }

    /** A query parameter that is {@code true} or {@code false}; false if it is left out. */
    static boolean flag(Request request, String name) {
        String text = request.query(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidField(name, text + " (expected: true or false)");
        }
        return text.equals("true");
    }

    /** A query parameter that is a whole number from {@code least} to {@code most}. */
    static Optional<Integer> number(Request request, String name, int least, int most) {
        Optional<String> text = request.query(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        long number = text.get().matches("\\d{1,9}") ? Long.parseLong(text.get()) : -1;
        if (number < least || number > most) {
            throw new InvalidField(name, text.get() + " (expected: " + least + " to " + most + ")");
        }
        return Optional.of((int) number);
    }

    static Function<String, Instant> instant(String name) {
        return text -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new InvalidField(
                        name, text + " (expected: RFC 3339 with offset, for example 2026-05-01T08:00:00+08:00)");
            }
        };
    }

    static Function<String, LocalDate> day(String name) {
        return text -> {
            try {
                return LocalDate.parse(text);
            } catch (DateTimeException e) {
                throw new InvalidField(name, text + " (expected: a day, for example 2026-05-01)");
            }
        };
    }

    static double seconds(Request request, String name) {
        String text = request.query(name).orElseThrow(() -> missing(name));
        if (!text.matches("\\d{1,9}(\\.\\d{1,6})?")) {
            throw new InvalidField(name, text + " (expected: seconds from the start of the recording)");
        }
        return Double.parseDouble(text);
    }

    /** The body as {@code type}; its members are null where the sender left them out. */
    static <T> T body(byte[] body, Class<T> type) throws IOException {
        T value = StoredJson.MAPPER.readValue(body, type);
        if (value == null) {
            throw new InvalidField("body", "is null (expected: a JSON object)");
        }
        return value;
    }

    static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw missing(name);
        }
        return value;
    }

    /** A reason that a person wrote: not blank, not endless. */
    static String reason(@Nullable String text) {
        String reason = required("reason", text).strip();
        if (reason.isEmpty()) {
            throw new InvalidField("reason", "is empty");
        }
        if (reason.length() > MAX_TEXT) {
            throw new InvalidField("reason", "is longer than " + MAX_TEXT + " characters");
        }
        return reason;
    }

    private static InvalidField missing(String name) {
        return new InvalidField(name, "is missing");
    }
}
