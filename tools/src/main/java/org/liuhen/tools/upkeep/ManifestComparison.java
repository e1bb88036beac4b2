package org.liuhen.tools.upkeep;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.Recording;

/**
 * A manifest beside the recording's row and its event of receipt, member by member. What may change later, such as cases,
 * is compared with the event; the declared category is in neither.
 */
final class ManifestComparison {
    private final List<String> differences = new ArrayList<>();

    private ManifestComparison() {}

    /** The members that differ, each with what was expected; empty if none does. */
    static List<String> differences(Manifest manifest, Recording row, @Nullable CustodyEvent received) {
        ManifestComparison comparison = new ManifestComparison();
        comparison.compare("sha256", manifest.fingerprint(), row.fingerprint());
        comparison.compare("size", manifest.sizeBytes(), row.sizeBytes());
        comparison.compare("kind", manifest.kind().label(), row.kind().label());
        comparison.compare("device", manifest.device(), row.device());
        comparison.compare("officer", manifest.officer(), row.officer());
        comparison.compare("unit", manifest.unit(), row.unit());
        comparison.compare("session", manifest.session(), row.session());
        comparison.compare("attachment", manifest.attachment(), row.attachment());
        comparison.compare("from", manifest.from(), row.from());
        comparison.compare("to", manifest.to(), row.to());
        comparison.compare("deviceFrom", manifest.deviceFrom(), row.deviceFrom());
        comparison.compare("deviceTo", manifest.deviceTo(), row.deviceTo());
        comparison.compare("receivedAt", manifest.receivedAt(), row.receivedAt());
        comparison.compare("filename", manifest.filename(), row.filename());
        comparison.compare("contentType", manifest.contentType(), row.contentType());
        if (manifest.important() && !row.important()) {
            comparison.compare("important", true, false);
        }
        if (received != null) {
            comparison.compareWithEvent(manifest, received);
        }
        return comparison.differences;
    }

    private void compareWithEvent(Manifest manifest, CustodyEvent received) {
        String cases = manifest.cases().stream().map(CaseNumber::value).collect(Collectors.joining(", "));
        compare("cases", cases, received.details().getOrDefault("case", ""));
        String upload = received.details().get("upload");
        if (upload != null) {
            compare("upload", manifest.upload().hex(), upload);
        }
    }

    private void compare(String member, @Nullable Object found, @Nullable Object expected) {
        if (!Objects.equals(found, expected)) {
            differences.add(member + " " + found + " (expected: " + expected + ")");
        }
    }
}
