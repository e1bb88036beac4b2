package org.liuhen.tools.portal.page;

import java.time.Instant;
import java.util.List;
import org.liuhen.tools.access.Devices;
import org.liuhen.tools.upkeep.RotReport;

/**
 * How the machine is doing: what monitoring reads at {@code /metrics}, for people.
 *
 * @param troubles why it is not ready or not well, for people; empty if all is well
 * @param rot recordings that are damaged in the store, for those who look after it; empty for others
 */
public record SystemPage(
        Frame frame,
        Instant now,
        List<String> troubles,
        List<RotReport> rot,
        List<Section> sections,
        List<Devices.Seen> devices) {
    /** @param name of the bundle's {@code system.section} family */
    public record Section(String name, List<Figure> figures) {
        public Section {
            figures = List.copyOf(figures);
        }
    }

    /** @param value with its unit */
    public record Figure(String label, String value) {}

    public SystemPage {
        troubles = List.copyOf(troubles);
        rot = List.copyOf(rot);
        sections = List.copyOf(sections);
        devices = List.copyOf(devices);
    }
}
