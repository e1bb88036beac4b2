package org.liuhen.tools.access;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.liuhen.device.axis.AxisAccount;
import org.liuhen.device.axis.ConnectionFile;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;

/**
 * The Axis body worn systems that may push here. Each is a device with a key instead of a token; revoking the device ends
 * it. Safe for many threads.
 */
public final class AxisSystems {
    private final Catalog catalog;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Supplier<Optional<List<String>>> certificates;

    /**
     * @param certificates what this server shows, as PEM, none for plain HTTP; empty while it listens to no other machine
     */
    public AxisSystems(
            Catalog catalog, InstantSource clock, SecureRandom random, Supplier<Optional<List<String>>> certificates) {
        this.catalog = catalog;
        this.clock = clock;
        this.random = random;
        this.certificates = certificates;
    }

    /**
     * Lets a system in and says once what it needs for that. One that was put out, by revoking its device, may come back.
     *
     * @param renewing whether one that is let in already gets a new key; the one before is worth nothing from then on
     * @throws Problem 409 if the name is taken, if something would be taken back that was promised, or if no server
     *     listens that a system could reach
     */
    public ConnectionFile connect(
            Principal who,
            String name,
            String containerType,
            boolean fullStoreAndRead,
            ConnectionFile.Choice choice,
            boolean renewing)
            throws StorageFailure, Problem {
        Access.ADMINISTRATION.require(who);
        List<String> pems = certificates
                .get()
                .orElseThrow(() -> new Problem(
                        409,
                        "not-listening",
                        "server: listens to no other machine now (expected: start it with serve)"));
        Instant now = clock.instant();
        String key = key();
        AxisAccount account = new AxisAccount(
                name, AxisAccount.sha256(key), containerType, fullStoreAndRead, choice.publicKey() != null, now);
        Optional<AxisAccount> before = catalog.register().entry(AxisAccount.KIND, name);
        Optional<Device> system = catalog.register().entry(Register.DEVICES, name);
        boolean welcome = system.isPresent() && system.get().revokedAt() == null;
        if (welcome && (before.isEmpty() || !renewing)) {
            throw new Problem(409, "device-exists", "device: " + name + " is registered already");
        }
        if (before.isPresent()) {
            requireKept(before.get(), account);
        }
        Map<String, String> details = new HashMap<>(Map.of("device", name, "protocol", "axis"));
        details.put("encryption", Boolean.toString(account.wantsEncryption()));
        if (welcome) {
            details.put("renewed", "true");
        }
        Change.Builder change = Change.builder()
                .event(CustodyEvent.of(now, who.actor(), EventKind.DEVICE_ADDED, null, details))
                .put(AxisAccount.KIND, name, account);
        if (!welcome) {
            Device device = new Device(account.system(), choice.site(), null, null, now, null);
            if (system.isPresent()) {
                change.put(Register.DEVICES, name, device);
            } else {
                change.putIfAbsent(Register.DEVICES, name, device);
            }
        }
        Commits.apply(catalog, change.build());
        return ConnectionFile.of(account, choice, key, pems, version());
    }

    private static void requireKept(AxisAccount before, AxisAccount after) throws Problem {
        if (!before.containerType().equals(after.containerType())) {
            throw new Problem(
                    409, "conflict", "containerType: was " + before.containerType() + " (expected: never to change)");
        }
        if (before.fullStoreAndRead() && !after.fullStoreAndRead()) {
            throw new Problem(409, "conflict", "fullStoreAndRead: was promised (expected: to be promised again)");
        }
        if (before.wantsEncryption() && !after.wantsEncryption()) {
            throw new Problem(409, "conflict", "publicKey: missing (expected: one; encryption cannot be turned off)");
        }
    }

    private static String version() {
        String version = AxisSystems.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private String key() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
