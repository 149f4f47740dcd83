/** Tells those who wait that something they reported may be otherwise now. Events that come in one go are one. */
export class Changes {
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  note(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const wake of this.waiting) wake();
      this.waiting.clear();
    }, TOGETHER_MS);
  }

  /** Resolves at the next change, or when `until` does. */
  next(until: Promise<void>): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => this.waiting.add(resolve)), until]);
  }

  /** The process may end: nobody is waited for any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.waiting.clear();
  }
}

/** Milliseconds. */
const TOGETHER_MS = 50;
