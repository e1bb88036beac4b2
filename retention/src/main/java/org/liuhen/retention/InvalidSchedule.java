package org.liuhen.retention;

/** Says which key of a schedule file cannot be used, and what would be accepted. */
public final class InvalidSchedule extends IllegalArgumentException {
    private final String key;

    /** @param key with dots, for example {@code categories.routine.keep}; empty if the file as a whole is meant */
    InvalidSchedule(String file, String key, String problem) {
        super(file + ": " + (key.isEmpty() ? "" : key + ": ") + problem);
        this.key = key;
    }

    InvalidSchedule(String file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.key = "";
    }

    public String key() {
        return key;
    }
}
