package org.liuhen.retention;

import java.time.Instant;
import java.time.LocalDate;
import org.liuhen.storage.Actor;

/**
 * One run under way.
 *
 * @param actor who asked for it
 * @param today the day it is, in the schedule's zone
 * @param run random, so that two runs at the same instant do not take each other's events for their own
 */
record Work(Actor actor, Instant began, LocalDate today, String run, Tally tally) {}
