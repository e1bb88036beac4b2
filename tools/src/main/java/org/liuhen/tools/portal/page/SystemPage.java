package org.liuhen.tools.portal.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Device;

/**
 * How the machine is doing: what monitoring reads at {@code /metrics}, for people.
 *
 * @param troubles why it is not ready or not well, for people; empty if all is well
 */
public record SystemPage(
        Frame frame, Instant now, List<String> troubles, List<Section> sections, List<DeviceRow> devices) {
    /** @param name of the bundle's {@code system.section} family */
    public record Section(String name, List<Figure> figures) {
        public Section {
            figures = List.copyOf(figures);
        }
    }

    /** @param value with its unit */
    public record Figure(String label, String value) {}

    /** @param lastSeen when it last sent something, as far as the server remembers; null if it does not */
    public record DeviceRow(Device device, @Nullable Instant lastSeen) {}

    public SystemPage {
        troubles = List.copyOf(troubles);
        sections = List.copyOf(sections);
        devices = List.copyOf(devices);
    }
}
