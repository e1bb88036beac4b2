/**
 * The whole story in one command: a server, two docking stations and an interrogation room, real encoded footage of three
 * cases, and what retention would do. Start reading at {@link org.liuhen.tools.demo.Demo}; what is played is in {@link
 * org.liuhen.tools.demo.Story}.
 */
@NullMarked
package org.liuhen.tools.demo;

import org.jspecify.annotations.NullMarked;
