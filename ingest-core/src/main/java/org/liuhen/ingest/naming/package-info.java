/**
 * What the names of files and folders say about a recording. Start reading at {@link
 * org.liuhen.ingest.naming.NamingPresets}: an ordered list of regular expressions with named groups, read from YAML files
 * ({@code naming-presets.yaml} here, and whatever a department adds). Pure; safe for many threads. A name is a hint of
 * somebody's firmware: what the register of devices says wins over it.
 */
@NullMarked
package org.liuhen.ingest.naming;

import org.jspecify.annotations.NullMarked;
