package org.liuhen.ingest.media.sandbox;

/** Whether children have to run in a sandbox. */
public enum SandboxMode {
    /** Without one, there is no media work. */
    REQUIRED,
    /** Where the machine allows one. */
    PREFERRED,
    /** Not even then. */
    OFF
}
