package org.liuhen.tools.export;

/** An original is not as it was received, so it must not leave the house as evidence. */
final class Damaged extends Exception {
    Damaged(String message) {
        super(message);
    }

    Damaged(String message, Throwable cause) {
        super(message, cause);
    }
}
