package org.liuhen.storage;

/** Says which field of somebody's input cannot be used, and what would be accepted. */
public final class InvalidField extends IllegalArgumentException {
    private final String field;

    public InvalidField(String field, String problem) {
        super(field + ": " + problem);
        this.field = field;
    }

    /** The name of the field as the sender wrote it, for example {@code case}. */
    public String field() {
        return field;
    }
}
