/**
 * The benchmarks: load from a separate process against a real server over loopback, and the floor below which no server
 * can go, measured on the same bytes in the same run. Start reading at {@link org.liuhen.tools.bench.UploadBench}.
 */
@NullMarked
package org.liuhen.tools.bench;

import org.jspecify.annotations.NullMarked;
