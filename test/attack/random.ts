import { createHash } from 'node:crypto';

/** Random numbers that a seed gives again, on any machine and in any order of the attacks. */
export class Random {
  private state: number;

  /** @param words what the numbers belong to: the seed of the run, the attack, the round */
  constructor(...words: readonly (string | number)[]) {
    this.state = createHash('sha256').update(words.join('\0')).digest().readUInt32LE();
  }

  /** At least 0 and less than 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number at least 0 and less than `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('there is nothing to pick from');
    return list[this.below(list.length)] as T;
  }

  /** `count` picks, the same thing more than once where it happens. */
  some<T>(count: number, list: readonly T[]): T[] {
    return Array.from({ length: count }, () => this.pick(list));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }
}
