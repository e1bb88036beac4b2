package org.liuhen.tools.access;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Authenticator;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.storage.AccessToken;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Register;
import org.liuhen.storage.Role;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.User;
import org.liuhen.storage.UserName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People and devices, what they prove themselves with, and who is logged in. Every change is committed with its event
 * before a method returns; passwords and tokens are kept as hashes only and shown once.
 */
public final class Accounts implements Authenticator {
    /** The cookie that holds a session. */
    public static final String COOKIE = "liuhen";

    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
    private static final int LISTED = 10_000;

    private final Catalog catalog;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Passwords passwords;
    private final Sessions sessions;
    private final FailedLogIns failures;

    public Accounts(Catalog catalog, InstantSource clock, SecureRandom random) {
        this.catalog = catalog;
        this.clock = clock;
        this.random = random;
        this.passwords = new Passwords(random);
        this.sessions = new Sessions(clock, random);
        this.failures = new FailedLogIns(clock);
    }

    /** A token just made, to be shown once. */
    public record NewToken(UserName user, String token) {
        /** Never shows the token. */
        @Override
        public String toString() {
            return "NewToken[" + user + "]";
        }
    }

    /**
     * Creates the user {@code admin} with every role if there is no user at all.
     *
     * @param password null to have one invented
     * @return the invented password, to be shown once; empty if none was invented
     */
    public Optional<String> createFirstAdministrator(char @Nullable [] password) throws StorageFailure, Problem {
        if (!catalog.register().entries(Register.USERS, null, 1).isEmpty()) {
            return Optional.empty();
        }
        return addUser(new Principal.OfConsole(), new UserName("admin"), EnumSet.allOf(Role.class), password);
    }

    /** Compares a password; takes about as long whoever asks. Whoever fails five times waits fifteen minutes. */
    public LogIn logIn(UserName name, char[] password) throws StorageFailure, Problem {
        var locked = failures.lockedUntil(name);
        if (locked.isPresent()) {
            return new LogIn.Locked(locked.get());
        }
        failures.attempt(name);
        Optional<User> user = catalog.register().entry(Register.USERS, name.value());
        boolean right = password.length <= Passwords.MAX_CHARACTERS
                && passwords.matches(password, user.map(User::passwordHash).orElse(null));
        if (user.isEmpty()) {
            // people type passwords into the wrong field: an unknown name is not written down anywhere
            LOG.warn("log-in failed: no such user");
            return new LogIn.Refused();
        }
        if (!right || user.get().disabledAt() != null) {
            commit(event(Actor.user(name), EventKind.LOGIN_FAILED, Map.of("user", name.value())));
            return new LogIn.Refused();
        }
        failures.succeeded(name);
        commit(event(Actor.user(name), EventKind.LOGGED_IN, Map.of("user", name.value())));
        return new LogIn.Welcome(
                sessions.begin(name), new Principal.OfPerson(name, user.get().roles()));
    }

    /** Ends a session; nothing happens if there is none of this secret. */
    public void logOut(String session) {
        sessions.end(session);
    }

    /** The {@code Set-Cookie} value that begins a session in a browser. */
    public String cookie(String session, boolean secure) {
        return COOKIE + "=" + session + "; Path=/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
    }

    /** The {@code Set-Cookie} value that ends it. */
    public String expiredCookie(boolean secure) {
        return cookie("", secure) + "; Max-Age=0";
    }

    /** The session secret that a request carries in its cookie. */
    public Optional<String> session(Request request) {
        for (String field : request.headers().all("cookie")) {
            for (String pair : field.split(";", -1)) {
                String trimmed = pair.strip();
                if (trimmed.startsWith(COOKIE + "=") && trimmed.length() > COOKIE.length() + 1) {
                    return Optional.of(trimmed.substring(COOKIE.length() + 1));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A bearer token wins over a cookie, and a cookie over a client certificate. A cookie whose session is over counts as none, so that the portal can ask
     * to log in again; with one, a request that changes something must come from the portal's own pages.
     */
    @Override
    public Principal authenticate(Request request) throws Problem, StorageFailure {
        Optional<String> authorization = request.header("authorization");
        if (authorization.isPresent()) {
            return ofBearer(authorization.get());
        }
        Optional<String> secret = session(request);
        if (secret.isEmpty()) {
            return ofCertificate(request);
        }
        Optional<Principal.OfPerson> person = person(secret.get());
        if (person.isEmpty()) {
            return new Principal.Anonymous();
        }
        SameOrigin.require(request);
        return person.get();
    }

    private Principal ofCertificate(Request request) throws StorageFailure {
        Optional<String> certificate = request.certificate();
        Optional<DeviceId> device = certificate.isPresent() ? certified(certificate.get()) : Optional.empty();
        return device.isPresent() ? new Principal.OfDevice(device.get()) : new Principal.Anonymous();
    }

    private Optional<Principal.OfPerson> person(String session) throws StorageFailure {
        Optional<UserName> name = sessions.user(session);
        return name.isEmpty() ? Optional.empty() : welcome(name.get());
    }

    private Optional<Principal.OfPerson> welcome(UserName name) throws StorageFailure {
        return catalog.register()
                .entry(Register.USERS, name.value())
                .filter(user -> user.disabledAt() == null)
                .map(user -> new Principal.OfPerson(name, user.roles()));
    }

    private Principal ofBearer(String authorization) throws Problem, StorageFailure {
        String[] parts = authorization.strip().split(" +", 2);
        if (parts.length != 2 || !parts[0].equalsIgnoreCase("bearer")) {
            throw Access.unauthorized("authorization: of an unknown scheme (expected: Bearer TOKEN)");
        }
        Optional<AccessToken> token = Secrets.hasForm(parts[1])
                ? catalog.register().entry(Register.TOKENS, Secrets.fingerprint(parts[1]))
                : Optional.empty();
        if (token.isPresent()) {
            Optional<Principal> owner = owner(token.get());
            if (owner.isPresent()) {
                return owner.get();
            }
        }
        throw Access.unauthorized("token: unknown, revoked or of somebody disabled");
    }

    /** The device whose token this is; empty for any other, and for one that is revoked. */
    Optional<DeviceId> device(String token) throws StorageFailure {
        Optional<AccessToken> known = Secrets.hasForm(token)
                ? catalog.register().entry(Register.TOKENS, Secrets.fingerprint(token))
                : Optional.empty();
        return known.isPresent() && owner(known.get()).orElse(null) instanceof Principal.OfDevice device
                ? Optional.of(device.device())
                : Optional.empty();
    }

    private Optional<Principal> owner(AccessToken token) throws StorageFailure {
        if (token.user() != null) {
            return welcome(token.user()).map(person -> person);
        }
        DeviceId device = java.util.Objects.requireNonNull(token.device());
        return catalog.register()
                .entry(Register.DEVICES, device.value())
                .filter(known -> known.revokedAt() == null
                        // a device registered anew gets a new token; what was revoked stays so
                        && !token.createdAt().isBefore(known.addedAt()))
                .map(known -> new Principal.OfDevice(device));
    }

    /**
     * Adds a person.
     *
     * @param password null to have one invented
     * @return the invented password, to be shown once; empty if one was given
     * @throws Problem 409 if the name is taken
     */
    public Optional<String> addUser(Principal who, UserName name, Set<Role> roles, char @Nullable [] password)
            throws StorageFailure, Problem {
        Access.ADMINISTRATION.require(who);
        if (roles.isEmpty()) {
            throw new InvalidField("roles", "is empty");
        }
        if (password != null
                && (password.length < Passwords.MIN_CHARACTERS || password.length > Passwords.MAX_CHARACTERS)) {
            throw new InvalidField(
                    "password",
                    "has " + password.length + " characters (expected: " + Passwords.MIN_CHARACTERS + " to "
                            + Passwords.MAX_CHARACTERS + ")");
        }
        char[] chosen = password == null ? passwords.invent() : password;
        User user = new User(name, roles, passwords.hash(chosen), clock.instant(), null);
        String labels = roles.stream().map(Role::label).sorted().collect(java.util.stream.Collectors.joining(","));
        Change change = event(who.actor(), EventKind.USER_ADDED, Map.of("user", name.value(), "roles", labels))
                .putIfAbsent(Register.USERS, name.value(), user)
                .build();
        if (Commits.outcome(catalog, change) instanceof CommitOutcome.Conflict) {
            throw new Problem(409, "user-exists", "user: " + name + " is there already");
        }
        return password == null ? Optional.of(new String(chosen)) : Optional.empty();
    }

    /**
     * Ends everything a person may do, at once.
     *
     * @throws Problem 404 for nobody of this name, 409 for the last administrator
     */
    public void disableUser(Principal who, UserName name) throws StorageFailure, Problem {
        Access.ADMINISTRATION.require(who);
        User user = catalog.register()
                .entry(Register.USERS, name.value())
                .orElseThrow(() -> new Problem(404, "not-found", "user: " + name + " is unknown"));
        if (user.disabledAt() == null) {
            boolean another = catalog.register().entries(Register.USERS, null, LISTED).stream()
                    .anyMatch(other -> !other.name().equals(name)
                            && other.disabledAt() == null
                            && other.roles().contains(Role.ADMINISTRATOR));
            if (user.roles().contains(Role.ADMINISTRATOR) && !another) {
                throw new Problem(409, "last-administrator", "user: " + name + " is the last administrator");
            }
            User disabled = new User(name, user.roles(), user.passwordHash(), user.addedAt(), clock.instant());
            commit(event(who.actor(), EventKind.USER_DISABLED, Map.of("user", name.value()))
                    .put(Register.USERS, name.value(), disabled));
        }
        sessions.endAll(name);
    }

    /** Everybody with a log-in, by name. */
    public List<User> users(Principal who) throws StorageFailure, Problem {
        Access.USERS_READING.require(who);
        return catalog.register().entries(Register.USERS, null, LISTED);
    }

    /**
     * Makes a token by which a program acts for a person. People make their own; only the console makes them for
     * others, or who administers people could look at footage in their name.
     *
     * @param user null for whoever asks; the console then means {@code admin}
     */
    public NewToken createToken(Principal who, @Nullable UserName user) throws StorageFailure, Problem {
        UserName owner = user;
        if (who instanceof Principal.OfPerson person) {
            owner = user == null ? person.user() : user;
            if (!owner.equals(person.user())) {
                throw new Problem(403, "forbidden", "token: only for yourself, or on the server's own machine");
            }
        } else {
            Access.ADMINISTRATION.require(who);
        }
        UserName named = owner == null ? new UserName("admin") : owner;
        if (welcome(named).isEmpty()) {
            throw new Problem(404, "not-found", "user: " + named + " is unknown or disabled");
        }
        String token = Secrets.random(random);
        commit(event(who.actor(), EventKind.TOKEN_CREATED, Map.of("user", named.value()))
                .putIfAbsent(
                        Register.TOKENS, Secrets.fingerprint(token), new AccessToken(null, named, clock.instant())));
        return new NewToken(named, token);
    }

    /**
     * Registers a device, or registers one anew that was revoked.
     *
     * @param name null to use the id
     * @return the device's token, to be shown once
     * @throws Problem 409 if it is registered and welcome
     */
    public synchronized String addDevice(
            Principal who, DeviceId id, @Nullable String name, @Nullable UnitId unit, @Nullable OfficerId officer)
            throws StorageFailure, Problem {
        Access.ADMINISTRATION.require(who);
        Optional<Device> known = catalog.register().entry(Register.DEVICES, id.value());
        Problem exists = new Problem(409, "device-exists", "device: " + id + " is registered already");
        if (known.isPresent() && known.get().revokedAt() == null) {
            throw exists;
        }
        String shown = name == null ? id.value() : shownName(name);
        Device device = new Device(id, shown, unit, officer, clock.instant(), null);
        String token = Secrets.random(random);
        Map<String, String> details = new HashMap<>(Map.of("device", id.value()));
        if (unit != null) {
            details.put("unit", unit.value());
        }
        if (officer != null) {
            details.put("officer", officer.value());
        }
        Change.Builder change = event(who.actor(), EventKind.DEVICE_ADDED, details)
                .putIfAbsent(Register.TOKENS, Secrets.fingerprint(token), new AccessToken(id, null, clock.instant()));
        if (known.isPresent()) {
            change.put(Register.DEVICES, id.value(), device);
        } else {
            change.putIfAbsent(Register.DEVICES, id.value(), device);
        }
        if (Commits.outcome(catalog, change.build()) instanceof CommitOutcome.Conflict) {
            throw exists;
        }
        return token;
    }

    /** Refuses a device from now on; what it sent stays. */
    public void revokeDevice(Principal who, DeviceId id) throws StorageFailure, Problem {
        changeDevice(who, id, (device, change) -> {
            if (device.revokedAt() == null) {
                change.event(CustodyEvent.of(
                                clock.instant(),
                                who.actor(),
                                EventKind.DEVICE_REVOKED,
                                null,
                                Map.of("device", id.value())))
                        .put(Register.DEVICES, id.value(), device.revoked(clock.instant()));
            }
        });
    }

    /** What a change of a device's entry is. */
    @FunctionalInterface
    interface DeviceChange {
        /** Adds to {@code change}; nothing is committed if nothing is added. */
        void make(Device device, Change.Builder change);
    }

    /**
     * Changes a device's entry, one change at a time, so that none takes another back.
     *
     * @throws Problem 404 if it is not registered
     */
    synchronized void changeDevice(Principal who, DeviceId id, DeviceChange made) throws StorageFailure, Problem {
        Access.ADMINISTRATION.require(who);
        changeDevice(device(id), made);
    }

    /** The same by a body worn system; nothing happens if the device is not registered. */
    synchronized void changeCamera(DeviceId id, DeviceChange made) throws StorageFailure, Problem {
        Optional<Device> device = catalog.register().entry(Register.DEVICES, id.value());
        if (device.isPresent()) {
            changeDevice(device.get(), made);
        }
    }

    private void changeDevice(Device device, DeviceChange made) throws StorageFailure, Problem {
        Change.Builder builder = Change.builder();
        made.make(device, builder);
        Change change = builder.build();
        if (!change.events().isEmpty()) {
            Commits.apply(catalog, change);
        }
    }

    /** Every device that was ever registered, by id. */
    public List<Device> devices(Principal who) throws StorageFailure, Problem {
        Access.OPERATION.require(who);
        List<Device> all = new ArrayList<>();
        List<Device> page;
        do {
            page = catalog.register()
                    .entries(
                            Register.DEVICES,
                            all.isEmpty() ? null : all.get(all.size() - 1).id().value(),
                            1_000);
            all.addAll(page);
        } while (!page.isEmpty());
        return all;
    }

    /** @throws Problem 404 if it is not registered */
    Device device(DeviceId id) throws StorageFailure, Problem {
        return catalog.register()
                .entry(Register.DEVICES, id.value())
                .orElseThrow(() -> new Problem(404, "not-found", "device: " + id + " is unknown"));
    }

    /** The welcome device that proves itself with this client certificate; empty if none does. */
    Optional<DeviceId> certified(String fingerprint) throws StorageFailure {
        Optional<AccessToken> owner = catalog.register().entry(Register.CERTIFICATES, fingerprint);
        DeviceId named = owner.map(AccessToken::device).orElse(null);
        if (named == null) {
            return Optional.empty();
        }
        return catalog.register()
                .entry(Register.DEVICES, named.value())
                .filter(device -> device.revokedAt() == null && fingerprint.equals(device.certificate()))
                .map(Device::id);
    }

    private static String shownName(String name) {
        try {
            return new UserName(name).value();
        } catch (InvalidField e) {
            throw new InvalidField("name", e.getMessage() == null ? "cannot be used" : e.getMessage());
        }
    }

    private Change.Builder event(Actor actor, EventKind kind, Map<String, String> details) {
        return Change.builder().event(CustodyEvent.of(clock.instant(), actor, kind, null, details));
    }

    private void commit(Change.Builder change) throws StorageFailure, Problem {
        Commits.apply(catalog, change.build());
    }
}
