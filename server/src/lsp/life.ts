/** What the server's thread tells the main one, readable at any time: whether the client has asked for `shutdown`. */
export class Life {
  private readonly state: Int32Array;

  /** @param shared memory of both threads */
  constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.state = new Int32Array(shared);
  }

  get wasShutDown(): boolean {
    return Atomics.load(this.state, 0) === 1;
  }

  noteShutdown(): void {
    Atomics.store(this.state, 0, 1);
  }

  /** What the process ends with now. */
  get exitCode(): number {
    return this.wasShutDown ? 0 : 1;
  }
}
