package org.liuhen.tools.access;

import java.util.Set;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Role;

/**
 * The rule who may do what, as sets of roles; one of them suffices. The console has every role.
 *
 * @param what completes the sentence: somebody may not…
 */
public record Access(String what, Set<Role> anyOf) {
    /** The bytes of footage: play, download, cut. */
    public static final Access FOOTAGE =
            new Access("see footage", Set.of(Role.INVESTIGATOR, Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** Which recordings there are, and everything known about them but their pictures and sound. */
    public static final Access RECORDS = new Access(
            "see what is recorded", Set.of(Role.INVESTIGATOR, Role.SUPERVISOR, Role.RECORDS_OFFICER, Role.AUDITOR));
    /** To take the evidence of a case out of the house. */
    public static final Access EXPORTING =
            new Access("export evidence", Set.of(Role.INVESTIGATOR, Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** To link recordings to cases. */
    public static final Access LINKING =
            new Access("link recordings to cases", Set.of(Role.INVESTIGATOR, Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** To say why a recording is kept. */
    public static final Access CLASSIFYING =
            new Access("classify recordings", Set.of(Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** To order that something is not disposed of; anybody with a case may. */
    public static final Access HOLDING =
            new Access("hold recordings", Set.of(Role.INVESTIGATOR, Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** To lift such an order. */
    public static final Access RELEASING = new Access("release holds", Set.of(Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** To open and close cases. */
    public static final Access CASES =
            new Access("open and close cases", Set.of(Role.SUPERVISOR, Role.RECORDS_OFFICER));
    /** To open, mark and close interrogation sessions; whoever keeps records does not make them. */
    public static final Access INTERROGATING =
            new Access("open and close interrogation sessions", Set.of(Role.INVESTIGATOR));
    /** To see what retention would do and has done. */
    public static final Access RETENTION_READING =
            new Access("see the retention plan", Set.of(Role.SUPERVISOR, Role.RECORDS_OFFICER, Role.AUDITOR));
    /** To dispose of what is due. */
    public static final Access RETENTION_RUNNING = new Access("run retention", Set.of(Role.RECORDS_OFFICER));
    /** To register and revoke devices and people. */
    public static final Access ADMINISTRATION = new Access("administer devices and users", Set.of(Role.ADMINISTRATOR));
    /** Which people have a log-in. */
    public static final Access USERS_READING =
            new Access("see who has a log-in", Set.of(Role.ADMINISTRATOR, Role.AUDITOR));
    /** How the system is doing: figures, devices, statistics. */
    public static final Access OPERATION = new Access("see how the system is doing", Set.of(Role.values()));
    /** Measurements for monitoring. */
    public static final Access METRICS = new Access("read the metrics", Set.of(Role.ADMINISTRATOR, Role.AUDITOR));
    /** To recompute what is stored. */
    public static final Access VERIFYING = new Access(
            "verify recordings", Set.of(Role.SUPERVISOR, Role.RECORDS_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR));

    public Access {
        anyOf = Set.copyOf(anyOf);
    }

    /** Whether {@code who} may. */
    public boolean allows(Principal who) {
        return anyOf.stream().anyMatch(who::is);
    }

    /** @throws Problem 401 for nobody in particular, 403 for somebody who may not */
    public void require(Principal who) throws Problem {
        if (who instanceof Principal.Anonymous) {
            throw unauthorized("log in or send a token first");
        }
        if (!allows(who)) {
            throw new Problem(403, "forbidden", who.actor() + ": may not " + what);
        }
    }

    static Problem unauthorized(String detail) {
        return new Problem(401, "unauthorized", detail).header("www-authenticate", "Bearer realm=\"liuhen\"");
    }
}
