import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets the threads of the program that a person waits for go before this one and those that it starts. Only Linux gives threads a
 * priority of their own; elsewhere nothing happens. Never throws.
 */
export function lowerPriority(): void {
  try {
    const thread = Number(/\d+$/.exec(readlinkSync('/proc/thread-self'))?.[0]);
    if (thread > 0) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It works as it is.
  }
}
