package org.liuhen.tools.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Role;
import org.liuhen.storage.UserName;
import org.liuhen.storage.catalog.MemoryCatalog;

class AccountsTest {
    private static final Principal CONSOLE = new Principal.OfConsole();
    private static final UserName LI = new UserName("li");
    private static final DeviceId CAMERA = new DeviceId("cam-1");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-01T08:00:00Z"));
    private final InstantSource clock = now::get;
    private final SecureRandom random = new SecureRandom();
    private final MemoryCatalog catalog = new MemoryCatalog(clock, random);
    private final Accounts accounts = new Accounts(catalog, clock, random);

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void right_password_opens_a_session_that_ends_when_nobody_uses_it() throws Exception {
        addLi();
        String session = welcome("right password");
        assertThat(asked("GET", Map.of("cookie", "a=b; liuhen=" + session)))
                .isEqualTo(new Principal.OfPerson(LI, Set.of(Role.INVESTIGATOR)));
        pass(Sessions.IDLE.plusSeconds(1));
        assertThat(asked("GET", Map.of("cookie", "liuhen=" + session))).isInstanceOf(Principal.Anonymous.class);
    }

    @Test
    void logging_out_ends_a_session() throws Exception {
        addLi();
        String session = welcome("right password");
        accounts.logOut(session);
        assertThat(asked("GET", Map.of("cookie", "liuhen=" + session))).isInstanceOf(Principal.Anonymous.class);
    }

    @Test
    void fifth_failure_locks_even_the_right_password_out_for_a_while() throws Exception {
        addLi();
        for (int i = 0; i < FailedLogIns.MOST; i++) {
            assertThat(accounts.logIn(LI, "wrong password".toCharArray())).isInstanceOf(LogIn.Refused.class);
        }
        assertThat(accounts.logIn(LI, "right password".toCharArray())).isInstanceOf(LogIn.Locked.class);
        pass(FailedLogIns.LOCK);
        assertThat(accounts.logIn(LI, "right password".toCharArray())).isInstanceOf(LogIn.Welcome.class);
    }

    @Test
    void attempts_are_events_without_password_and_unknown_names_are_written_nowhere() throws Exception {
        addLi();
        assertThat(accounts.logIn(LI, "wrong password".toCharArray())).isInstanceOf(LogIn.Refused.class);
        assertThat(accounts.logIn(new UserName("a secret"), "wrong".toCharArray()))
                .isInstanceOf(LogIn.Refused.class);
        welcome("right password");
        List<CustodyEvent> events = catalog.events(0, 100);
        assertThat(events)
                .extracting(CustodyEvent::kind)
                .containsExactly(EventKind.USER_ADDED, EventKind.LOGIN_FAILED, EventKind.LOGGED_IN);
        assertThat(events.toString()).doesNotContain("password").doesNotContain("secret");
    }

    @Test
    void disabled_person_is_refused_at_once_by_session_token_and_password() throws Exception {
        addLi();
        addAdministrator("wang");
        String session = welcome("right password");
        String token = accounts.createToken(CONSOLE, LI).token();
        assertThat(asked("GET", bearer(token))).isInstanceOf(Principal.OfPerson.class);
        accounts.disableUser(CONSOLE, LI);
        assertThat(asked("GET", Map.of("cookie", "liuhen=" + session))).isInstanceOf(Principal.Anonymous.class);
        assertStatus(401, () -> asked("GET", bearer(token)));
        assertThat(accounts.logIn(LI, "right password".toCharArray())).isInstanceOf(LogIn.Refused.class);
    }

    @Test
    void last_administrator_cannot_be_disabled() throws Exception {
        addAdministrator("wang");
        assertStatus(409, () -> accounts.disableUser(CONSOLE, new UserName("wang")));
        addAdministrator("zhao");
        accounts.disableUser(CONSOLE, new UserName("wang"));
        assertStatus(409, () -> accounts.disableUser(CONSOLE, new UserName("zhao")));
    }

    @Test
    void administrator_cannot_make_a_token_for_somebody_else() throws Exception {
        addLi();
        addAdministrator("wang");
        Principal wang = new Principal.OfPerson(new UserName("wang"), Set.of(Role.ADMINISTRATOR));
        assertStatus(403, () -> accounts.createToken(wang, LI));
        assertThat(accounts.createToken(wang, null).user()).isEqualTo(new UserName("wang"));
    }

    @Test
    void tokens_are_kept_as_hashes_only() throws Exception {
        String token = accounts.addDevice(CONSOLE, CAMERA, null, null, null);
        assertThat(token).matches("lh_[A-Za-z0-9_-]{43}");
        assertThat(catalog.register()
                        .entry(org.liuhen.storage.Register.TOKENS, Secrets.fingerprint(token))
                        .isPresent())
                .isTrue();
        assertThat(catalog.events(0, 100).toString()).doesNotContain(token);
    }

    @Test
    void revoked_device_is_refused_at_once_and_its_old_token_stays_refused_when_it_is_added_again() throws Exception {
        String first = accounts.addDevice(CONSOLE, CAMERA, "dock one", null, null);
        assertThat(asked("GET", bearer(first))).isEqualTo(new Principal.OfDevice(CAMERA));
        assertStatus(409, () -> accounts.addDevice(CONSOLE, CAMERA, null, null, null));
        accounts.revokeDevice(CONSOLE, CAMERA);
        assertStatus(401, () -> asked("GET", bearer(first)));
        pass(Duration.ofSeconds(1));
        String second = accounts.addDevice(CONSOLE, CAMERA, null, null, null);
        assertThat(asked("GET", bearer(second))).isEqualTo(new Principal.OfDevice(CAMERA));
        assertStatus(401, () -> asked("GET", bearer(first)));
    }

    @Test
    void credentials_that_are_wrong_are_refused_rather_than_ignored() {
        for (String wrong : new String[] {
            "Bearer lh_" + "A".repeat(43), "Bearer x", "Basic bGk6eA==", "Bearer", "lh_" + "A".repeat(43), "Bearer  "
        }) {
            assertStatus(401, () -> asked("GET", Map.of("authorization", wrong)));
        }
    }

    @Test
    void other_sites_cannot_use_a_session() throws Exception {
        addLi();
        String cookie = "liuhen=" + welcome("right password");
        assertStatus(403, () -> asked("POST", Map.of("cookie", cookie, "sec-fetch-site", "cross-site")));
        assertStatus(
                403, () -> asked("POST", Map.of("cookie", cookie, "host", "liuhen", "origin", "https://elsewhere")));
        assertThat(asked("POST", Map.of("cookie", cookie, "host", "liuhen:1", "origin", "https://liuhen:1")))
                .isInstanceOf(Principal.OfPerson.class);
        assertThat(asked("POST", Map.of("cookie", cookie, "sec-fetch-site", "same-origin")))
                .isInstanceOf(Principal.OfPerson.class);
    }

    @Test
    void first_administrator_has_every_role_and_is_made_once() throws Exception {
        Optional<String> invented = accounts.createFirstAdministrator(null);
        assertThat(invented).hasValueSatisfying(password -> assertThat(password).hasSize(20));
        assertThat(accounts.createFirstAdministrator(null)).isEmpty();
        assertThat(accounts.users(CONSOLE))
                .singleElement()
                .satisfies(user -> assertThat(user.roles()).containsExactlyInAnyOrder(Role.values()));
    }

    @Test
    void only_administrators_administer() {
        for (Role role : EnumSet.complementOf(EnumSet.of(Role.ADMINISTRATOR))) {
            Principal who = new Principal.OfPerson(new UserName("x"), Set.of(role));
            assertStatus(403, () -> accounts.addUser(who, LI, Set.of(Role.AUDITOR), null));
            assertStatus(403, () -> accounts.addDevice(who, CAMERA, null, null, null));
            assertStatus(403, () -> accounts.revokeDevice(who, CAMERA));
        }
        assertStatus(401, () -> accounts.addUser(new Principal.Anonymous(), LI, Set.of(Role.AUDITOR), null));
        assertStatus(403, () -> accounts.devices(new Principal.OfDevice(CAMERA)));
    }

    @Test
    void password_too_short_is_refused() {
        assertThatThrownBy(() -> accounts.addUser(CONSOLE, LI, Set.of(Role.AUDITOR), "1234567".toCharArray()))
                .isInstanceOf(InvalidField.class)
                .hasMessageContaining("password");
    }

    private void addLi() throws Exception {
        accounts.addUser(CONSOLE, LI, Set.of(Role.INVESTIGATOR), "right password".toCharArray());
    }

    private void addAdministrator(String name) throws Exception {
        accounts.addUser(CONSOLE, new UserName(name), Set.of(Role.ADMINISTRATOR), "some password".toCharArray());
    }

    private String welcome(String password) throws Exception {
        return accounts.logIn(LI, password.toCharArray())
                .match(LogIn.Welcome::session, refused -> "refused", locked -> "locked");
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private Principal asked(String method, Map<String, String> fields) throws Exception {
        Headers headers = Headers.NONE;
        for (var field : fields.entrySet()) {
            headers = headers.with(field.getKey(), field.getValue());
        }
        return accounts.authenticate(new Request(
                method, "/", Map.of(), Map.of(), headers, Optional.empty(), new Principal.Anonymous(), false));
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("authorization", "Bearer " + token);
    }

    private static void assertStatus(int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }
}
