/**
 * The content destination of Axis body worn systems: a small part of OpenStack Swift, in which a system registers itself,
 * its people and its cameras, and then puts each recording as a container of objects. Start reading at {@link
 * org.liuhen.device.axis.AxisAdapter}.
 *
 * <p>A container of a recording is a session, each clip in it a recording, everything else an attachment. What the
 * protocol has to remember (metadata, which object became what) lies in the catalog's register under {@code
 * axis-container} and {@code axis-object}, written together with the event that tells of it; no truth is only there: an
 * object is answered for when it is sealed like any recording, and a container that is complete has a session manifest
 * with all metadata, which is an attachment.
 *
 * <p>400 makes the other side give a recording up for ever, so nothing about a recording is answered with it but what can
 * be no object of this protocol at all; what is strange is taken and has the finding {@code quarantined}.
 *
 * <p>Source: AxisCommunications/body-worn-content-destination-api, README; OpenStack Swift, Object Storage API v1.
 */
@NullMarked
package org.liuhen.device.axis;

import org.jspecify.annotations.NullMarked;
