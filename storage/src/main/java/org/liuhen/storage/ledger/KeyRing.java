package org.liuhen.storage.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.LedgerKey;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;

/**
 * The keys of a log: the one that signs, the one before it while a rotation is under way, and the public halves of all
 * there ever were.
 *
 * <p>A rotation writes the next key beside the present one ({@code ledger-key.next}), then commits the event and the
 * register's entries, which decides it, then signs with both, and when a checkpoint signed by both has been published,
 * puts the next key in the place of the present one. After a crash the register says whether it was decided. The log's
 * name, the origin of its checkpoints, stays. Safe for many threads.
 */
public final class KeyRing {
    static final String NEXT_FILE = SigningKey.FILE + ".next";
    /** More than anybody will ever make. */
    private static final int MAX_KEYS = 10_000;

    /** Makes a change durable. */
    @FunctionalInterface
    public interface Committer<E extends Exception> {
        void commit(Change change) throws StorageFailure, E;
    }

    /**
     * The keys at one moment.
     *
     * @param retiring signs as well while a rotation is under way
     */
    record State(SigningKey current, @Nullable SigningKey retiring, List<LedgerKey> known) {}

    private final @Nullable Path folder;
    private final Register register;
    private final SecureRandom random;
    private volatile State state;

    private KeyRing(@Nullable Path folder, Register register, SecureRandom random, State state) {
        this.folder = folder;
        this.register = register;
        this.random = random;
        this.state = state;
    }

    /**
     * The keys in {@code keysFolder}, the first made if there is none.
     *
     * @throws StorageFailure {@code CORRUPT} if the key there is not the one that the register says signs
     */
    public static KeyRing open(Path keysFolder, Register register, SecureRandom random) throws StorageFailure {
        List<LedgerKey> known = register.entries(Register.LEDGER_KEYS, null, MAX_KEYS);
        Path file = keysFolder.resolve(SigningKey.FILE);
        if (!known.isEmpty() && !Files.exists(file)) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "ledger key: missing (expected: the one of " + last(known).verifier()
                            + ", from a copy of the keys folder), file=" + file);
        }
        SigningKey current = SigningKey.open(keysFolder, random);
        Path nextFile = keysFolder.resolve(NEXT_FILE);
        SigningKey retiring = null;
        if (Files.exists(nextFile)) {
            SigningKey next = SigningKey.open(keysFolder, NEXT_FILE, random);
            if (!known.isEmpty() && isNamed(next, last(known)) && !isNamed(current, last(known))) {
                retiring = current;
                current = next;
            } else {
                // Either never committed, or in its place already.
                remove(nextFile);
            }
        }
        if (!known.isEmpty() && !isNamed(current, last(known))) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "ledger key: of " + current.verifier() + " (expected: of "
                            + last(known).verifier() + ", the last one; from a copy of the keys folder), file=" + file);
        }
        return new KeyRing(keysFolder, register, random, new State(current, retiring, known));
    }

    /** Fresh keys that are written nowhere. */
    public static KeyRing fresh(Register register, SecureRandom random) {
        return new KeyRing(null, register, random, new State(SigningKey.fresh(random), null, List.of()));
    }

    /** A single key that signs, for tests of what it signs. */
    static KeyRing of(SigningKey key, Register register, SecureRandom random) {
        return new KeyRing(null, register, random, new State(key, null, List.of()));
    }

    State state() {
        return state;
    }

    /** The public half of the key that signs now. */
    public VerifierKey verifier() {
        return state.current().verifier();
    }

    /** The public halves of all keys that ever signed, the oldest first. */
    public List<VerifierKey> verifiers() {
        State now = state;
        return now.known().isEmpty()
                ? List.of(now.current().verifier())
                : now.known().stream()
                        .map(key -> VerifierKey.parse(key.verifier()))
                        .toList();
    }

    /** All keys that ever signed, the oldest first, the last one in use. */
    public List<LedgerKey> all() {
        State now = state;
        return now.known().isEmpty()
                ? List.of(new LedgerKey(now.current().verifier().toString(), null, null))
                : now.known();
    }

    /** The note in which the last key but one names the last one; empty if there was no rotation. */
    public Optional<String> lastStatement() {
        List<LedgerKey> known = state.known();
        return known.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(last(known).statement());
    }

    /** The text as a note signed by the present key, and by the one before it while a rotation is under way. */
    static String sign(State keys, String text) {
        String note = keys.current().sign(text);
        SigningKey retiring = keys.retiring();
        return retiring == null ? note : note + retiring.signatureLine(text);
    }

    /** Whether a rotation is under way: decided, and not yet published. */
    public boolean rotating() {
        return state.retiring() != null;
    }

    /**
     * Puts a new key in the place of the present one.
     *
     * @param committer returns when the change is durable; if it throws, the present key goes on signing unless the
     *     change turns out to have been applied
     * @return the new key; empty if a rotation is under way, and this one was not begun
     */
    public synchronized <E extends Exception> Optional<LedgerKey> rotate(
            Instant at, Actor by, String reason, Committer<E> committer) throws StorageFailure, E {
        settle();
        if (rotating()) {
            return Optional.empty();
        }
        SigningKey old = state.current();
        List<String> lines = SigningKey.generate(old.verifier().name(), random);
        SigningKey next = SigningKey.ofLines(lines);
        if (folder != null) {
            write(folder.resolve(NEXT_FILE), lines);
        }
        String text = "liuhen key rotation 1\n" + old.verifier().name() + "\n" + old.verifier() + "\n" + next.verifier()
                + "\n" + at + "\n";
        String statement = old.sign(text) + next.signatureLine(text);
        List<LedgerKey> before = all();
        LedgerKey entry = new LedgerKey(next.verifier().toString(), at, statement);
        Change.Builder change = Change.builder()
                .event(CustodyEvent.of(
                        at,
                        by,
                        EventKind.KEY_ROTATED,
                        null,
                        Map.of(
                                "reason",
                                reason,
                                "from",
                                old.verifier().toString(),
                                "to",
                                next.verifier().toString(),
                                "statement",
                                statement)));
        if (state.known().isEmpty()) {
            change.putIfAbsent(Register.LEDGER_KEYS, name(1), before.get(0));
        }
        committer.commit(change.putIfAbsent(Register.LEDGER_KEYS, name(before.size() + 1), entry)
                .build());
        List<LedgerKey> known = new ArrayList<>(before);
        known.add(entry);
        state = new State(next, old, List.copyOf(known));
        return Optional.of(entry);
    }

    /** Takes over a rotation whose outcome was not known when it was tried. */
    private void settle() throws StorageFailure {
        List<LedgerKey> known = register.entries(Register.LEDGER_KEYS, null, MAX_KEYS);
        Path here = folder;
        if (here != null && !known.isEmpty() && !isNamed(state.current(), last(known))) {
            state = open(here, register, random).state;
        }
    }

    /** Ends a rotation: the key before signs no more and is forgotten. Durable on return. */
    synchronized void retire() throws StorageFailure {
        State now = state;
        if (now.retiring() == null) {
            return;
        }
        Path here = folder;
        if (here != null) {
            Path nextFile = here.resolve(NEXT_FILE);
            write(here.resolve(SigningKey.FILE), SecretFile.read(nextFile));
            remove(nextFile);
        }
        state = new State(now.current(), null, now.known());
    }

    private static void write(Path file, List<String> lines) throws StorageFailure {
        try {
            DurableFiles.replaceDurably(
                    file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8), "rw-------");
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "ledger key: cannot be written: " + e + ", file=" + file, e);
        }
    }

    private static void remove(Path file) throws StorageFailure {
        try {
            Files.deleteIfExists(file);
            DurableFiles.LOCAL.forceFolder(file.resolveSibling(""));
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "ledger key: cannot be removed: " + e + ", file=" + file, e);
        }
    }

    private static boolean isNamed(SigningKey key, LedgerKey entry) {
        return key.verifier().toString().equals(entry.verifier());
    }

    private static LedgerKey last(List<LedgerKey> known) {
        return known.get(known.size() - 1);
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "%08d", number);
    }
}
