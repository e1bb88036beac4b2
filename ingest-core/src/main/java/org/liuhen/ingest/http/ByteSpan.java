package org.liuhen.ingest.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file that somebody asked for.
 *
 * @param startByte inclusive
 * @param endByte exclusive
 */
record ByteSpan(long startByte, long endByte) {
    /** More spans than that in one request is an attack, not a player. */
    static final int MOST_SPANS = 16;

    private static final Pattern SPAN = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

    long sizeBytes() {
        return endByte - startByte;
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long fileBytes) {
        return "bytes " + startByte + "-" + (endByte - 1) + "/" + fileBytes;
    }

    /**
     * Reads the field {@code Range}. Spans that overlap become one, so an answer is never longer than the file. Source:
     * RFC 9110 §14.
     *
     * @return empty if the field is to be ignored: another unit, or not well-formed
     * @throws Problem 416 if no byte is left to send, or too many spans are asked for
     */
    static Optional<List<ByteSpan>> of(String field, long fileBytes) throws Problem {
        String trimmed = field.strip();
        if (!trimmed.toLowerCase(Locale.ROOT).startsWith("bytes=")) {
            return Optional.empty();
        }
        String[] parts = trimmed.substring("bytes=".length()).split(",", -1);
        if (parts.length > MOST_SPANS) {
            throw unsatisfiable("more than " + MOST_SPANS + " ranges", fileBytes);
        }
        List<ByteSpan> spans = new ArrayList<>();
        for (String part : parts) {
            Matcher matcher = SPAN.matcher(part.strip());
            if (!matcher.matches() || part.strip().equals("-")) {
                return Optional.empty();
            }
            String first = matcher.group(1);
            String last = matcher.group(2);
            if (!first.isEmpty() && !last.isEmpty() && Long.parseLong(last) < Long.parseLong(first)) {
                return Optional.empty();
            }
            ByteSpan span = first.isEmpty()
                    ? new ByteSpan(Math.max(0, fileBytes - Long.parseLong(last)), fileBytes)
                    : new ByteSpan(
                            Long.parseLong(first),
                            last.isEmpty() ? fileBytes : Math.min(fileBytes, Long.parseLong(last) + 1));
            if (span.sizeBytes() > 0) {
                spans.add(span);
            }
        }
        if (spans.isEmpty()) {
            throw unsatisfiable("no byte of it", fileBytes);
        }
        return Optional.of(merged(spans));
    }

    private static List<ByteSpan> merged(List<ByteSpan> spans) {
        List<ByteSpan> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingLong(ByteSpan::startByte));
        List<ByteSpan> merged = new ArrayList<>();
        for (ByteSpan span : sorted) {
            ByteSpan before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (before != null && span.startByte <= before.endByte) {
                merged.set(merged.size() - 1, new ByteSpan(before.startByte, Math.max(before.endByte, span.endByte)));
            } else {
                merged.add(span);
            }
        }
        return merged.size() < spans.size() ? merged : List.copyOf(spans);
    }

    private static Problem unsatisfiable(String what, long fileBytes) {
        return new Problem(
                        416,
                        "range-not-satisfiable",
                        "Range: asks for " + what + " (expected: within " + fileBytes + " bytes)")
                .header("content-range", "bytes */" + fileBytes);
    }
}
