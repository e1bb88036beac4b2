package org.liuhen.ingest.media.sandbox;

/** Something that a child of ours never does. Whoever does it is not ours any more, and is believed nothing. */
final class Oddity extends Exception {
    Oddity(String what) {
        super(what);
    }
}
