package org.liuhen.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Category;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingKind;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * The YAML form of a schedule, read strictly: one document of plain mappings and scalars, no anchors, aliases, tags or
 * unknown keys, nothing twice. See {@code retention-schedule.yaml} for every key.
 */
final class ScheduleFile {
    static final int FORMAT = 1;
    static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_MONTHS = 1200;
    private static final int MAX_GRACE_DAYS = 365;
    private static final int MAX_TITLE = 200;
    private static final Pattern MONTHS = Pattern.compile("([1-9][0-9]{0,5}) months");
    private static final String KEEP = "expected: permanent, or a number of months such as \"6 months\", at least "
            + Schedule.MIN_MONTHS + " and at most " + MAX_MONTHS;

    private final String file;
    private final @Nullable Schedule base;
    private final Map<String, ScheduledCategory> categories = new LinkedHashMap<>();

    private ScheduleFile(String file, @Nullable Schedule base) {
        this.file = file;
        this.base = base;
    }

    /** @param base gives what the text leaves out; null: the text must be complete */
    static Schedule parse(String file, String yaml, @Nullable Schedule base) {
        return new ScheduleFile(file, base).schedule(tree(file, yaml));
    }

    static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidSchedule(file.toString(), "", "is too large (expected: at most 64 KiB)");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidSchedule(file.toString(), "is not UTF-8 text", e);
        } catch (IOException e) {
            throw new InvalidSchedule(file.toString(), "cannot be read: " + e, e);
        }
    }

    private static JsonNode tree(String file, String yaml) {
        if (yaml.length() > MAX_BYTES) {
            throw new InvalidSchedule(file, "", "is too large (expected: at most 64 KiB)");
        }
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_BYTES);
        YAMLMapper mapper = YAMLMapper.builder(
                        YAMLFactory.builder().loaderOptions(options).build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        try {
            refuseReferences(file, options, yaml);
            JsonNode root = mapper.readTree(yaml);
            if (!root.isObject()) {
                throw new InvalidSchedule(
                        file, "", "is not a mapping (expected: format, version, categories and so on)");
            }
            return root;
        } catch (YAMLException e) {
            throw new InvalidSchedule(file, "is not YAML of the expected form: " + e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new InvalidSchedule(file, "is not YAML of the expected form: " + e.getOriginalMessage(), e);
        }
    }

    private static void refuseReferences(String file, LoaderOptions options, String yaml) {
        for (Event event : new Yaml(options).parse(new StringReader(yaml))) {
            boolean plain = !(event instanceof AliasEvent);
            if (event instanceof NodeEvent node) {
                plain &= node.getAnchor() == null;
            }
            if (event instanceof ScalarEvent scalar) {
                plain &= scalar.getTag() == null || scalar.getTag().equals("!");
            } else if (event instanceof CollectionStartEvent start) {
                plain &= start.getTag() == null;
            }
            if (!plain) {
                int line = event.getStartMark().getLine() + 1;
                throw new InvalidSchedule(
                        file, "line " + line, "has an anchor, alias or tag (expected: plain mappings and values)");
            }
        }
    }

    private Schedule schedule(JsonNode root) {
        only(root, "", "format", "version", "zone", "graceDays", "default", "categories", "triggers");
        int format = whole(root, "format", "format", FORMAT, FORMAT);
        if (format != FORMAT) {
            throw bad("format", format + " (expected: " + FORMAT + ")");
        }
        String version = text(required(root, "version"), "version", 50);
        categories(root.get("categories"));
        ZoneId zone = root.has("zone") ? zone(text(root.get("zone"), "zone", 100)) : base().zone();
        int graceDays =
                root.has("graceDays") ? whole(root, "graceDays", "graceDays", 1, MAX_GRACE_DAYS) : base().graceDays();
        Category ifNoneDeclared = root.has("default")
                ? known(root.get("default"), "default")
                : base().triggers().ifNoneDeclared();
        return new Schedule(
                version,
                zone,
                graceDays,
                List.copyOf(categories.values()),
                triggers(ifNoneDeclared, root.get("triggers")));
    }

    private void categories(@Nullable JsonNode node) {
        if (node != null) {
            for (Map.Entry<String, JsonNode> entry : mapping(node, "categories").properties()) {
                ScheduledCategory category = category(entry.getKey(), entry.getValue());
                if (categories.put(lower(entry.getKey()), category) != null) {
                    throw bad("categories." + entry.getKey(), "is there twice, upper and lower case are the same");
                }
            }
        }
        if (base != null) {
            for (ScheduledCategory category : base.categories()) {
                categories.putIfAbsent(lower(category.name().value()), category);
            }
        }
    }

    private ScheduledCategory category(String name, JsonNode node) {
        String key = "categories." + name;
        only(node, key, "title", "keep");
        JsonNode title = required(node, "title", key + ".title");
        only(title, key + ".title", "zh", "en");
        String zh = text(required(title, "zh", key + ".title.zh"), key + ".title.zh", MAX_TITLE);
        String en = text(required(title, "en", key + ".title.en"), key + ".title.en", MAX_TITLE);
        Integer months = months(required(node, "keep", key + ".keep"), key + ".keep");
        if (months != null && Schedule.ALWAYS_PERMANENT.contains(lower(name))) {
            throw bad(key + ".keep", months + " months (expected: permanent, which cannot be undercut)");
        }
        return new ScheduledCategory(categoryName(name, key), zh, en, months);
    }

    private @Nullable Integer months(JsonNode node, String key) {
        if (!node.isTextual()) {
            throw bad(key, node + " (" + KEEP + ")");
        }
        String text = node.textValue();
        if (text.equals("permanent")) {
            return null;
        }
        Matcher matcher = MONTHS.matcher(text);
        int months = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (months < Schedule.MIN_MONTHS || months > MAX_MONTHS) {
            throw bad(key, shown(text) + " (" + KEEP + ")");
        }
        return months;
    }

    private Schedule.Triggers triggers(Category ifNoneDeclared, @Nullable JsonNode node) {
        if (node != null) {
            only(node, "triggers", "declared", "important", "kinds", "linked");
        }
        Map<String, Category> declared = new LinkedHashMap<>();
        Map<RecordingKind, Category> kinds = new EnumMap<>(RecordingKind.class);
        Category important = null;
        Category linked = null;
        if (base != null) {
            declared.putAll(base.triggers().declared());
            kinds.putAll(base.triggers().kinds());
            important = base.triggers().important();
            linked = base.triggers().linked();
        }
        if (node != null && node.has("declared")) {
            declared(node.get("declared"), declared);
        }
        if (node != null && node.has("kinds")) {
            for (Map.Entry<String, JsonNode> entry :
                    mapping(node.get("kinds"), "triggers.kinds").properties()) {
                String key = "triggers.kinds." + entry.getKey();
                kinds.put(kind(entry.getKey(), key), known(entry.getValue(), key));
            }
        }
        if (node != null && node.has("important")) {
            important = known(node.get("important"), "triggers.important");
        }
        if (node != null && node.has("linked")) {
            linked = known(node.get("linked"), "triggers.linked");
        }
        if (important == null) {
            throw bad("triggers.important", "is missing (expected: a category)");
        }
        return new Schedule.Triggers(ifNoneDeclared, declared, important, kinds, linked);
    }

    private void declared(JsonNode node, Map<String, Category> declared) {
        Set<String> seen = new LinkedHashSet<>();
        for (Map.Entry<String, JsonNode> entry :
                mapping(node, "triggers.declared").properties()) {
            String key = "triggers.declared." + entry.getKey();
            String word = lower(categoryName(entry.getKey(), key).value());
            if (categories.containsKey(word)) {
                throw bad(key, "is a category itself (expected: another word for one)");
            }
            if (!seen.add(word)) {
                throw bad(key, "is there twice, upper and lower case are the same");
            }
            declared.put(word, known(entry.getValue(), key));
        }
    }

    private RecordingKind kind(String label, String key) {
        try {
            return RecordingKind.ofLabel(label);
        } catch (InvalidField e) {
            throw bad(key, "unknown kind (expected: body-worn, interrogation, vehicle or fixed)");
        }
    }

    private Category known(JsonNode node, String key) {
        ScheduledCategory category = node.isTextual() ? categories.get(lower(node.textValue())) : null;
        if (category == null) {
            List<String> names = new ArrayList<>();
            categories.values().forEach(each -> names.add(each.name().value()));
            throw bad(key, shown(node.asText()) + " (expected: one of " + String.join(", ", names) + ")");
        }
        return category.name();
    }

    private Category categoryName(String name, String key) {
        try {
            return new Category(name);
        } catch (InvalidField e) {
            throw bad(shown(key), "cannot be a name: " + e.getMessage());
        }
    }

    private ZoneId zone(String id) {
        try {
            ZoneId zone = ZoneId.of(id);
            if (ZoneId.getAvailableZoneIds().contains(id)) {
                return zone;
            }
            throw bad("zone", id + " (expected: a region such as Asia/Shanghai)");
        } catch (DateTimeException e) {
            throw bad("zone", shown(id) + " (expected: a region such as Asia/Shanghai)");
        }
    }

    private int whole(JsonNode parent, String name, String key, int least, int most) {
        JsonNode node = required(parent, name, key);
        if (!node.isInt() || node.intValue() < least || node.intValue() > most) {
            throw bad(key, shown(node.asText()) + " (expected: a whole number, " + least + " to " + most + ")");
        }
        return node.intValue();
    }

    private String text(JsonNode node, String key, int maxLength) {
        String text = node.isTextual() ? node.textValue() : "";
        if (text.isBlank() || text.length() > maxLength || text.chars().anyMatch(Character::isISOControl)) {
            throw bad(
                    key,
                    shown(node.toString()) + " (expected: text, 1 to " + maxLength + " characters, in quotes if "
                            + "it looks like a number)");
        }
        return text;
    }

    private JsonNode required(JsonNode parent, String name) {
        return required(parent, name, name);
    }

    private JsonNode required(JsonNode parent, String name, String key) {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            throw bad(key, "is missing");
        }
        return node;
    }

    private JsonNode mapping(JsonNode node, String key) {
        if (!node.isObject()) {
            throw bad(key, "is not a mapping");
        }
        return node;
    }

    private void only(JsonNode node, String key, String... accepted) {
        List<String> names = Arrays.asList(accepted);
        for (Map.Entry<String, JsonNode> entry : mapping(node, key).properties()) {
            if (!names.contains(entry.getKey())) {
                String path = key.isEmpty() ? entry.getKey() : key + "." + entry.getKey();
                throw bad(shown(path), "unknown key (expected: " + String.join(", ", names) + ")");
            }
        }
    }

    private Schedule base() {
        if (base == null) {
            throw new IllegalStateException(file + ": incomplete (expected: every key in the built-in schedule)");
        }
        return base;
    }

    private InvalidSchedule bad(String key, String problem) {
        return new InvalidSchedule(file, key, problem);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String shown(String text) {
        String visible = text.replaceAll("\\p{Cntrl}", "?");
        return visible.length() <= 100 ? visible : visible.substring(0, 100) + "…";
    }
}
