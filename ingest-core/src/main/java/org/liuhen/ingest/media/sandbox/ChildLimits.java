package org.liuhen.ingest.media.sandbox;

/**
 * What one child process may take of the machine in its life; what a single piece of work may take is {@link WorkLimits}.
 *
 * @param niceness how far it stands back when others want the processor or the disk, 0 to 19
 * @param heapMiB its Java heap
 * @param addressSpaceMiB all the memory that it may map
 * @param fileBytes how large a file it may write
 */
public record ChildLimits(int niceness, int heapMiB, int addressSpaceMiB, long fileBytes) {}
