package org.liuhen.tools.portal.page;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.Role;
import org.liuhen.tools.access.Access;

/**
 * What surrounds every page: who looks at it, in which language, and what its forms need.
 *
 * @param path the page's own address, to come back to
 * @param formToken proof that a form came from a page of ours; every form carries it
 * @param assets addresses of style sheet and scripts
 * @param notice what the form that led here did; null if none did
 */
public record Frame(
        Wording wording,
        Principal who,
        String path,
        String formToken,
        AssetAddresses assets,
        @Nullable Notice notice) {
    /** @param text in the reader's language */
    public record Notice(boolean good, String text) {}

    /** Where the browser gets what is not a page, by file name, for example {@code portal.css}. */
    @FunctionalInterface
    public interface AssetAddresses {
        String of(String name);
    }

    public String say(String key, Object... arguments) {
        return wording.say(key, arguments);
    }

    /** What people call {@code label} of a family such as {@code state}. */
    public String name(String family, String label) {
        return wording.name(family, label);
    }

    public Language language() {
        return wording.language();
    }

    /** The log-in name of the reader; empty for nobody. */
    public String userName() {
        return who instanceof Principal.OfPerson person ? person.user().value() : "";
    }

    /** The reader's roles, for people. */
    public String roleNames() {
        Set<String> names = new TreeSet<>();
        for (Role role : Role.values()) {
            if (who.is(role)) {
                names.add(name("role", role.label()));
            }
        }
        return names.size() == Role.values().length ? say("role.all") : String.join(", ", names);
    }

    public boolean isLoggedIn() {
        return who instanceof Principal.OfPerson;
    }

    public boolean may(Access access) {
        return access.allows(who);
    }
}
