package org.liuhen.ingest.http;

import java.io.IOException;

/** The other side is gone: there is nobody to answer. */
final class Gone extends IOException {
    Gone(String message) {
        super(message);
    }
}
