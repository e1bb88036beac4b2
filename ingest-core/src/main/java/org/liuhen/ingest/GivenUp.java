package org.liuhen.ingest;

/** What became of the wish to give an upload up. */
public enum GivenUp {
    /** It and its bytes are gone. */
    GONE,
    /** There is none. */
    NOT_FOUND,
    /** It belongs to somebody else. */
    FORBIDDEN,
    /** It is a recording already, and only retention ends those. */
    SEALED
}
