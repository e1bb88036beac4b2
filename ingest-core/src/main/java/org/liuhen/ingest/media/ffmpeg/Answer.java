package org.liuhen.ingest.media.ffmpeg;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.storage.Said;

/** What a child answers: a JSON object, gathered member by member. Values are text, numbers, truth, answers, lists. */
final class Answer {
    private final Map<String, Object> members = new LinkedHashMap<>();

    static Answer outcome(String outcome) {
        return new Answer().with("outcome", outcome);
    }

    Answer with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** With what is said, in English and for other languages. */
    Answer saying(List<Said> said) {
        List<Answer> sentences = new ArrayList<>();
        for (Said each : said) {
            Answer values = new Answer();
            each.values().forEach(values::with);
            sentences.add(new Answer().with("sentence", each.sentence()).with("values", values));
        }
        return with("detail", Said.english(said)).with("said", sentences);
    }

    /** On one line. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            write(json, this);
        } catch (IOException impossible) {
            throw new IllegalStateException("a string cannot fail to be written", impossible);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Answer answer) {
            json.writeStartObject();
            for (Map.Entry<String, Object> member : answer.members.entrySet()) {
                json.writeFieldName(member.getKey());
                write(json, member.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Double number) {
            json.writeNumber(Double.isFinite(number) ? Math.round(number * 1000) / 1000.0 : 0.0);
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else {
            json.writeString(String.valueOf(value));
        }
    }
}
