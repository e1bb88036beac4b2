/**
 * SFTP version 3 for docks that know nothing else. Start reading at {@link org.liuhen.device.sftp.SftpAdapter}. Apache MINA
 * SSHD does SSH; the file protocol is spoken here, because files are uploads in {@code org.liuhen.ingest.drop} and names are
 * bytes. One thread for each session. Files: {@code keys/sftp-host-key}, OpenSSH's format, readable by the server only.
 * Source: draft-ietf-secsh-filexfer-02; OpenSSH's PROTOCOL for the extensions.
 */
@NullMarked
package org.liuhen.device.sftp;

import org.jspecify.annotations.NullMarked;
