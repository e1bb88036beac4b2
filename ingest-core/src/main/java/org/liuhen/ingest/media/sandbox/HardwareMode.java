package org.liuhen.ingest.media.sandbox;

/** Which graphics hardware children may use. Whatever it cannot do is done in software. */
public enum HardwareMode {
    /** None: drivers are large programs that read strangers' files with the kernel's rights. */
    NONE,
    /** Intel's, AMD's and others', by VA-API. */
    VAAPI,
    /** NVIDIA's. */
    NVENC,
    /** Intel's, by Quick Sync. */
    QSV,
    /** NVIDIA's if its device files are there, else what VA-API has if there is a render node, else none. */
    AUTO
}
