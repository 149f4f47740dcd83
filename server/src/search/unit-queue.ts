import type { FileBatch } from './scan-protocol.js';

/** Work that waits: taking some of it costs what is taken, however much is waiting. */
export class UnitQueue {
  #units: FileBatch[] = [];
  /** Those in front of it are taken. */
  #first = 0;
  #files = 0;

  get length(): number {
    return this.#units.length - this.#first;
  }

  /** Files that are known to be waiting; those of folders that are not listed yet are not. */
  get files(): number {
    return this.#files;
  }

  add(units: Iterable<FileBatch>): void {
    for (const unit of units) {
      this.#units.push(unit);
      this.#files += unit.files?.length ?? 0;
    }
  }

  take(count: number): FileBatch[] {
    const taken = this.#units.slice(this.#first, this.#first + count);
    this.#first += taken.length;
    for (const { files } of taken) this.#files -= files?.length ?? 0;
    if (this.#first > this.#units.length / 2) {
      this.#units = this.#units.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}
