package org.liuhen.storage;

/** Is told how far long work is. */
@FunctionalInterface
public interface Progress {
    /** @param what is counted, in the plural, for people */
    void at(String what, long done);
}
