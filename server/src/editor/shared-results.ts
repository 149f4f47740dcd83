import { Superseded } from './analyse-safely.js';
import type { StillWanted } from './analyse-safely.js';

/** Results that take a while, made once for each key and shared by all who ask. */
export class Shared<Key, Value> {
  private readonly values = new Map<Key, Promise<Value>>();

  /** @param make may give up with Superseded when nobody wants the result any more; whoever still does makes it again */
  async get(key: Key, wanted: StillWanted, make: () => Promise<Value>): Promise<Value> {
    for (;;) {
      let value = this.values.get(key);
      if (!value) {
        value = make();
        this.values.set(key, value);
      }
      try {
        return await value;
      } catch (error) {
        if (this.values.get(key) === value) this.values.delete(key);
        // Another request began the work and gave it up; this one still wants it.
        if (!(error instanceof Superseded) || !wanted()) throw error;
      }
    }
  }

  /** Replaces what is there, and what is being made, by what `change` makes of it. */
  update(change: (key: Key, value: Value) => Value): void {
    for (const [key, value] of this.values) {
      const next = value.then((known) => change(key, known));
      next.catch(() => undefined);
      this.values.set(key, next);
    }
  }

  clear(): void {
    this.values.clear();
  }
}
