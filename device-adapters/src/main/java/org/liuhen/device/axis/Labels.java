package org.liuhen.device.axis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Finding;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StorageFailure;

/**
 * What an object is to be received as. Nothing here refuses: what does not fit is left out, and people are told by the
 * finding {@value #QUARANTINED}.
 *
 * @param device the camera; the system itself if none can be told
 */
record Labels(DeviceId device, UploadMetadata metadata, List<Finding> findings) {
    static final String QUARANTINED = "quarantined";

    Labels {
        findings = List.copyOf(findings);
    }

    static Labels of(AxisAccount account, AxisContainer container, String name, Map<String, String> said, Shelf shelf)
            throws StorageFailure {
        List<Finding> findings = new ArrayList<>();
        if (container.isRejected()) {
            String reason = container.metadata().getOrDefault("rejectedcontentreason", "no reason told");
            findings.add(strange(Sentence.REFUSED_BEFORE, "text", reason));
        } else if (!container.isRecording()) {
            findings.add(strange(Sentence.IN_STRANGE_CONTAINER, "container", container.name()));
        }
        DeviceId device = camera(account, container, shelf, findings);
        Map<String, String> declared = new LinkedHashMap<>();
        declared.put("session", container.session().value());
        declared.put("filename", visible(name));
        declared.put("filetype", AxisObject.mediaType(name));
        officer(account, container, shelf, findings).ifPresent(officer -> declared.put("officer", officer.value()));
        Optional<AttachmentRole> role = AxisObject.role(name, said);
        role.ifPresent(is -> declared.put("attachment", is.value()));
        times(name, said, declared, findings);
        return new Labels(device, UploadMetadata.ofDeclared(declared), findings);
    }

    private static Finding strange(Sentence sentence, Object... namesAndValues) {
        return Finding.of(QUARANTINED, Said.of(sentence, namesAndValues));
    }

    private static DeviceId camera(AxisAccount account, AxisContainer container, Shelf shelf, List<Finding> findings)
            throws StorageFailure {
        Optional<String> serial = container.serial();
        if (serial.isEmpty()) {
            findings.add(strange(Sentence.CAMERA_NOT_TOLD));
            return account.system();
        }
        DeviceId camera;
        try {
            camera = account.camera(serial.get());
        } catch (InvalidField ignored) {
            findings.add(strange(Sentence.CAMERA_SERIAL_IMPOSSIBLE));
            return account.system();
        }
        if (shelf.object(account.name(), AxisContainer.DEVICES, serial.get()).isEmpty()) {
            findings.add(strange(Sentence.CAMERA_UNKNOWN, "serial", serial.get()));
        }
        Optional<Device> known = shelf.device(camera);
        if (known.isEmpty()) {
            shelf.register(account, camera, serial.get());
        } else if (known.get().revokedAt() != null) {
            findings.add(strange(Sentence.CAMERA_REVOKED, "serial", serial.get()));
        }
        return camera;
    }

    /** By police number if the system told it, by the system's own name for the person otherwise. */
    private static Optional<OfficerId> officer(
            AxisAccount account, AxisContainer container, Shelf shelf, List<Finding> findings) throws StorageFailure {
        Optional<String> user = container.user();
        if (user.isEmpty()) {
            findings.add(strange(Sentence.WEARER_NOT_TOLD));
            return Optional.empty();
        }
        Optional<AxisObject> known = shelf.object(account.name(), AxisContainer.USERS, user.get());
        if (known.isEmpty()) {
            findings.add(strange(Sentence.WEARER_UNKNOWN));
        }
        String number = known.map(object -> object.metadata().get("userid")).orElse(user.get());
        try {
            return Optional.of(new OfficerId(number));
        } catch (InvalidField ignored) {
            findings.add(strange(Sentence.WEARER_IMPOSSIBLE));
            return Optional.empty();
        }
    }

    private static void times(
            String name, Map<String, String> said, Map<String, String> declared, List<Finding> findings) {
        Optional<String> toldFrom = Times.told(said, "starttimeiso", "starttime");
        Optional<String> toldTo = Times.told(said, "stoptimeiso", "stoptime", "endtime");
        Instant from = toldFrom.flatMap(Times::read).orElse(null);
        Instant to = toldTo.flatMap(Times::read).orElse(null);
        if ((toldFrom.isPresent() && from == null) || (toldTo.isPresent() && to == null)) {
            findings.add(strange(Sentence.TIME_IMPOSSIBLE));
        }
        if (from == null) {
            from = inName(name);
        }
        if (from != null && to != null && to.isBefore(from)) {
            findings.add(strange(Sentence.ENDS_BEFORE_IT_BEGINS));
            to = null;
        }
        if (from != null) {
            declared.put("from", from.toString());
        }
        if (to != null) {
            declared.put("to", to.toString());
        }
    }

    private static @Nullable Instant inName(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        return last.length() > 15 && Character.isDigit(last.charAt(0))
                ? Times.read(last).orElse(null)
                : null;
    }

    /** A name that can be one: what nobody can see becomes a low line. */
    private static String visible(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean hidden = type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            text.appendCodePoint(hidden ? '_' : c);
        });
        return text.toString();
    }
}
