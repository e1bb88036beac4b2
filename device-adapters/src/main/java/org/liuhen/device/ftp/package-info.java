/**
 * FTP and FTPS for docks that know nothing else. Start reading at {@link org.liuhen.device.ftp.FtpAdapter}; {@link
 * org.liuhen.device.ftp.FileTransfer} decides when a file is whole. Apache FtpServer does the protocol (RFC 959, 2228, 2389,
 * 3659, 4217); what concerns files is ours and ends in {@code org.liuhen.ingest.drop}. Its threads block; one is busy for
 * each transfer.
 */
@NullMarked
package org.liuhen.device.ftp;

import org.jspecify.annotations.NullMarked;
