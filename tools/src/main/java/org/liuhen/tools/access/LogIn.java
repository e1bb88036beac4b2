package org.liuhen.tools.access;

import java.time.Instant;
import java.util.function.Function;
import org.liuhen.ingest.http.Principal;

/** What became of an attempt to log in. */
public sealed interface LogIn {
    /**
     * Logged in.
     *
     * @param session the secret that names the session; goes into the cookie and nowhere else
     */
    record Welcome(String session, Principal.OfPerson person) implements LogIn {
        /** Never shows the secret. */
        @Override
        public String toString() {
            return "Welcome[" + person.user() + "]";
        }
    }

    /** Name and password do not belong together, or the person is disabled; which of them is not told. */
    record Refused() implements LogIn {}

    /** Too many failures: not even the right password is looked at until then. */
    record Locked(Instant until) implements LogIn {}

    default <T> T match(Function<Welcome, T> welcome, Function<Refused, T> refused, Function<Locked, T> locked) {
        if (this instanceof Welcome yes) {
            return welcome.apply(yes);
        }
        return this instanceof Locked wait ? locked.apply(wait) : refused.apply((Refused) this);
    }
}
