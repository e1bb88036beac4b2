/**
 * Signatures that cameras put into their pictures while they record: Axis Signed Video and ONVIF Media Signing, in H.264
 * and H.265. Start with {@link org.liuhen.ingest.media.signed.SignatureCheck}, which is given the units of a stream one
 * after the other and says what is genuine, altered, missing or unsigned. Pure Java; runs in a media child, because what
 * it reads comes from outside. One thread at a time; memory is bounded however long the recording is.
 *
 * <p>Both schemes hash each unit that holds a part of a picture, chain these hashes to that of the picture that opens the
 * group, and send, after the group, a signed message (user data of an SEI unit) with the hash of the group, the first
 * hash of the group before, and often the list of hashes. Sources: Axis Signed Video, feature description and
 * signed-video-framework 2.x; ONVIF Media Signing Specification 24.12 and later.
 */
@NullMarked
package org.liuhen.ingest.media.signed;

import org.jspecify.annotations.NullMarked;
