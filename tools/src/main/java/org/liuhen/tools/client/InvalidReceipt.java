package org.liuhen.tools.client;

import java.io.IOException;

/** A receipt that proves nothing, or something else: the file is to be kept. */
public final class InvalidReceipt extends IOException {
    InvalidReceipt(String message) {
        super(message, null);
    }
}
