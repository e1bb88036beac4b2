package org.liuhen.device.axis;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.liuhen.ingest.Commits;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * Where containers and objects are remembered: the catalog's register. Every write is durable on return and comes with an
 * event that says what was told; what people are called stays out of events. Safe for many threads.
 */
final class Shelf {
    private static final int PAGE = 500;

    private final Catalog catalog;
    private final Commits commits;
    private final InstantSource clock;

    Shelf(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.commits = new Commits(catalog);
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    Optional<AxisContainer> container(String account, String name) throws StorageFailure {
        return catalog.register().entry(AxisContainer.KIND, AxisContainer.key(account, name));
    }

    Optional<AxisObject> object(String account, String container, String name) throws StorageFailure {
        return catalog.register().entry(AxisObject.KIND, AxisObject.key(account, container, name));
    }

    /** Every object in a container, by name. */
    List<AxisObject> objects(AxisContainer container) throws StorageFailure {
        List<AxisObject> all = new ArrayList<>();
        String after = AxisContainer.key(container.account(), container.name()) + "/";
        while (true) {
            List<AxisObject> page = catalog.register().entries(AxisObject.KIND, after, PAGE);
            for (AxisObject object : page) {
                if (!object.container().equals(container.name())
                        || !object.account().equals(container.account())) {
                    return all;
                }
                all.add(object);
                after = AxisObject.key(object.account(), object.container(), object.name());
            }
            if (page.isEmpty()) {
                return all;
            }
        }
    }

    /** @param said what of it was told just now */
    void put(AxisContainer container, Map<String, String> said) throws StorageFailure {
        Change change = Change.builder()
                .event(reported(container.account(), container.name(), null, said, null))
                .put(AxisContainer.KIND, AxisContainer.key(container.account(), container.name()), container)
                .build();
        commit(change);
    }

    /** @param said what of it was told just now */
    void put(AxisObject object, Map<String, String> said) throws StorageFailure {
        Change change = Change.builder()
                .event(reported(object.account(), object.container(), object.name(), said, object.recording()))
                .put(AxisObject.KIND, AxisObject.key(object.account(), object.container(), object.name()), object)
                .build();
        commit(change);
    }

    /** Remembers what an object became, with what people should know about that. */
    void put(AxisObject object, Map<String, String> said, RecordingId id, List<Finding> findings)
            throws StorageFailure {
        String key = AxisObject.key(object.account(), object.container(), object.name());
        boolean known = catalog.register()
                .entry(AxisObject.KIND, key)
                .filter(object::equals)
                .isPresent();
        for (; ; ) {
            Optional<Recording> now = catalog.recording(id, ReadLevel.CURRENT);
            List<Finding> fresh = fresh(now, findings);
            if (known && fresh.isEmpty()) {
                return;
            }
            Change.Builder change = Change.builder()
                    .event(reported(object.account(), object.container(), object.name(), said, id))
                    .put(AxisObject.KIND, key, object);
            if (now.isPresent() && !fresh.isEmpty()) {
                change.recording(withFindings(now.get(), fresh));
            }
            if (commits.commit(change.build()) instanceof CommitOutcome.Applied) {
                return;
            }
        }
    }

    private static List<Finding> fresh(Optional<Recording> now, List<Finding> findings) {
        List<Finding> known = now.map(Recording::findings).orElse(List.of());
        return findings.stream().filter(finding -> !known.contains(finding)).toList();
    }

    private static Recording withFindings(Recording now, List<Finding> fresh) {
        List<Finding> all = new ArrayList<>(now.findings());
        all.addAll(fresh);
        return now.next().withFindings(all);
    }

    /** Tells people something about an object that came before. */
    void find(AxisObject object, Finding finding) throws StorageFailure {
        RecordingId id = object.recording();
        if (id != null) {
            put(object, Map.of(), id, List.of(finding));
        }
    }

    Optional<Device> device(DeviceId id) throws StorageFailure {
        return catalog.register().entry(Register.DEVICES, id.value());
    }

    /** Registers a camera unless it is registered. */
    void register(AxisAccount account, DeviceId camera, String name) throws StorageFailure {
        if (device(camera).isPresent()) {
            return;
        }
        Instant now = clock.instant();
        // A conflict means that another request was quicker with the same.
        commits.commit(Change.builder()
                .event(CustodyEvent.of(
                        now,
                        Actor.device(account.system()),
                        EventKind.DEVICE_ADDED,
                        null,
                        Map.of("device", camera.value(), "system", account.name())))
                .putIfAbsent(Register.DEVICES, camera.value(), new Device(camera, name, null, null, now, null))
                .build());
    }

    private CustodyEvent reported(
            String account,
            String container,
            @org.jspecify.annotations.Nullable String object,
            Map<String, String> said,
            @org.jspecify.annotations.Nullable RecordingId about) {
        Map<String, String> details = new TreeMap<>();
        details.put("system", account);
        details.put("container", container);
        if (object != null) {
            details.put("object", object);
        }
        if (container.equals(AxisContainer.USERS)) {
            details.put("told", String.join(", ", said.keySet()));
        } else if (!said.isEmpty()) {
            details.put("told", json(said));
        }
        return CustodyEvent.of(
                clock.instant(), Actor.device(new DeviceId(account)), EventKind.SYSTEM_REPORTED, about, details);
    }

    private static String json(Map<String, String> said) {
        try {
            return StoredJson.MAPPER.writeValueAsString(new TreeMap<>(said));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata: cannot be written", e);
        }
    }

    private void commit(Change change) throws StorageFailure {
        if (commits.commit(change) instanceof CommitOutcome.Conflict conflict) {
            throw new IllegalStateException("register: " + conflict.what() + " (expected: no condition)");
        }
    }
}
