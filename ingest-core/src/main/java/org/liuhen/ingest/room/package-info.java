/**
 * Interrogation rooms: sessions, the capture of their cameras, and whether anything is missing. Start reading at {@link
 * org.liuhen.ingest.room.SessionDesk}, which opens and closes sessions; {@link org.liuhen.ingest.room.RoomCaptures}
 * records while one is open, {@link org.liuhen.ingest.room.TimeLine} tells what there is and what is missing, {@link
 * org.liuhen.ingest.room.SessionManifest} seals that.
 *
 * <p>Threads: {@code liuhen-camera-DEVICE}, one for each camera of an open session, each with a child process; {@code
 * liuhen-rooms}, which looks after sessions that late footage belongs to. Names of people are in sessions and in custody
 * events, never in logs or metrics. Source of the rules: 公通字〔2014〕33号.
 */
@NullMarked
package org.liuhen.ingest.room;

import org.jspecify.annotations.NullMarked;
