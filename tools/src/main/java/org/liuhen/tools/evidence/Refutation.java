package org.liuhen.tools.evidence;

/** What is wrong with a piece of evidence: the first difference that was found, for people. */
public final class Refutation extends Exception {
    public Refutation(String what) {
        super(what);
    }

    public Refutation(String what, Throwable cause) {
        super(what, cause);
    }

    /** The difference. */
    public String what() {
        return String.valueOf(getMessage());
    }
}
