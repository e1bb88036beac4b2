package org.liuhen.storage;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who and what is known by name: devices, people, tokens, cases, settings. Read here, changed by {@link
 * Catalog#commit} only, so that every change is an event. Reads see every committed change at once. Safe for many
 * threads.
 */
public interface Register {
    /**
     * One kind of entry. The label is a stored format.
     *
     * @param type how an entry is written, see {@link StoredJson}
     */
    record Kind<T>(String label, Class<T> type) {}

    Kind<Device> DEVICES = new Kind<>("device", Device.class);
    /** By the device's id. */
    Kind<Docking> DOCKINGS = new Kind<>("docking", Docking.class);

    /** By SHA-256 of the certificate, hexadecimal; whose it is, as a token. */
    Kind<AccessToken> CERTIFICATES = new Kind<>("certificate", AccessToken.class);

    Kind<User> USERS = new Kind<>("user", User.class);
    /** By SHA-256 of the secret, hexadecimal. */
    Kind<AccessToken> TOKENS = new Kind<>("token", AccessToken.class);

    /** By number, eight digits. */
    Kind<LedgerKey> LEDGER_KEYS = new Kind<>("ledger-key", LedgerKey.class);

    Kind<CaseFile> CASES = new Kind<>("case", CaseFile.class);

    /** By id, which begins with the time of opening. */
    Kind<InterrogationSession> SESSIONS = new Kind<>("session", InterrogationSession.class);

    /** The entry of this name; empty if there is none. */
    <T> Optional<T> entry(Kind<T> kind, String name) throws StorageFailure;

    /**
     * Entries in the order of their names' UTF-8 bytes.
     *
     * @param after the last name of the page before, null to begin
     * @param limit at most so many
     */
    <T> List<T> entries(Kind<T> kind, @Nullable String after, int limit) throws StorageFailure;
}
