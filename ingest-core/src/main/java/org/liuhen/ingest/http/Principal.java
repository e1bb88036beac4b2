package org.liuhen.ingest.http;

import java.util.Set;
import org.liuhen.storage.Actor;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Role;
import org.liuhen.storage.UserName;

/** On whose behalf a request is made. */
public sealed interface Principal {
    /** Whether this principal has {@code role}. */
    default boolean is(Role role) {
        return false;
    }

    /** How custody events name it. */
    Actor actor();

    /** A device; it can only add. */
    record OfDevice(DeviceId device) implements Principal {
        @Override
        public Actor actor() {
            return Actor.device(device);
        }
    }

    /** A person who has logged in or sent a token. */
    record OfPerson(UserName user, Set<Role> roles) implements Principal {
        @Override
        public boolean is(Role role) {
            return roles.contains(role);
        }

        @Override
        public Actor actor() {
            return Actor.user(user);
        }
    }

    /** Somebody with access to the server's own data folder: the private socket. Has every role. */
    record OfConsole() implements Principal {
        @Override
        public boolean is(Role role) {
            return true;
        }

        @Override
        public Actor actor() {
            return Actor.CONSOLE;
        }
    }

    /** Nobody in particular. */
    record Anonymous() implements Principal {
        @Override
        public Actor actor() {
            return new Actor("anonymous");
        }
    }
}
