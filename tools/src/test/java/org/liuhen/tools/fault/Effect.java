package org.liuhen.tools.fault;

/** What happens in the place of a system call. */
enum Effect {
    /** The process is gone before the call is made. */
    KILL("signal=KILL"),
    /** The call fails and does nothing: the disk is bad. */
    EIO("error=EIO"),
    /** The call fails and does nothing: the disk is full. */
    ENOSPC("error=ENOSPC");

    private final String injection;

    Effect(String injection) {
        this.injection = injection;
    }

    /** As strace wants to be told. */
    String injection() {
        return injection;
    }
}
