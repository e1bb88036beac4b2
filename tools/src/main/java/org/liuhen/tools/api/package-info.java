/**
 * The HTTP interface for people's programs, as {@code docs/openapi.yaml} describes it; a test holds both together. Each
 * class here is a group of routes and nothing else: who may do what is decided in {@code org.liuhen.tools.access}, what
 * happens then in the rooms below. Start reading at {@link org.liuhen.tools.api.RecordingsApi}. Handlers run on worker
 * threads and block. Source: RFC 9110, RFC 9457, RFC 9530 (Repr-Digest), RFC 6266 (Content-Disposition).
 */
@NullMarked
package org.liuhen.tools.api;

import org.jspecify.annotations.NullMarked;
