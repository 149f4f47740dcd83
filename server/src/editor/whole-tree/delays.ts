/** The first look at a tree waits this long, so that what was opened is shown before. Milliseconds. */
export const START_MS = 400;
/** Documents are looked at anew this long after the last edit. Milliseconds. */
export const PAUSE_MS = 300;
/** The files on disk are looked at again this long after the last one has changed. Milliseconds. */
export const SETTLE_MS = 1500;

/** Work that waits until nothing has come in for a while: one piece of each kind, put off by whoever asks for it again. */
export class Delays<Kind extends string> {
  private readonly timers = new Map<Kind, NodeJS.Timeout>();
  private isStopped = false;

  later(kind: Kind, ms: number, work: () => void): void {
    if (this.isStopped) return;
    clearTimeout(this.timers.get(kind));
    this.timers.set(kind, setTimeout(work, ms).unref());
  }

  /** Nothing is done any more. */
  stop(): void {
    this.isStopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
