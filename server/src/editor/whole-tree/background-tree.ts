import { SHARE_ENV, Worker } from 'node:worker_threads';
import { seedOf } from '../../project/tree.js';
import type { Progress } from '../../project/options.js';
import type { Tree } from '../../project/tree.js';
import type { TreeFindings } from '../../runs/tree-judge.js';
import { readSource } from '../../vfs/index.js';
import { Delays, PAUSE_MS, SETTLE_MS, START_MS } from './delays.js';
import { shiftedTo } from './shifted.js';
import type { ShiftedFindings } from './shifted.js';
import type { TreeLook } from './tree-looks.js';
import type { TreeAnswer, TreeTask, TreeWorkerSetup } from './tree-protocol.js';

/** A thread that took longer than this has read most of the tree, and holds more memory than it needs from then on. Milliseconds. */
const LONG_MS = 4000;

export interface BackgroundTreeSetup {
  readonly tree: Tree;
  readonly cache: string | undefined;
  /** The worker's module; another one only in tests. */
  readonly module?: URL;
  readonly events: BackgroundEvents;
}

/** All files of a kernel, or those headers of a module that define macros for others. */
export type LookedAt = 'tree' | 'headers';

/** A look at a tree as somebody is shown it. */
export interface ShownLook {
  report(progress: Progress): void;
  end(why: 'done' | 'stopped' | 'failed'): void;
}

export interface BackgroundEvents {
  /** Documents may have other findings than before. */
  readonly onChange: () => void;
  /** A look at a tree begins; `stop` ends it and all further ones. */
  readonly onLook: (root: string, stop: () => void, what: LookedAt) => ShownLook;
  readonly log: (message: string) => void;
}

/** What is known of one document of the tree. */
interface KnownText {
  text: string;
  version: number;
  /** The text that the findings are of, and they. */
  judged: { readonly text: string; readonly findings: TreeFindings } | undefined;
}

/**
 * What the rules that rest on a whole tree find in the documents that are open in it. A thread with a low priority infers it from
 * the files on disk, keeps it in the cache folder, and judges documents by it when their text has changed. Until it knows, nothing
 * is found; between an edit and its answer findings move with their text.
 */
export class BackgroundTree implements TreeLook {
  private readonly documents = new Map<string, KnownText>();
  private worker: Worker | undefined;
  private onDisk: ReadonlyMap<string, TreeFindings> | undefined;
  private look: ShownLook | undefined;
  private lastVersion = 0;
  private readonly delays = new Delays<'texts' | 'disk'>();
  private isStopped = false;
  private began = 0;
  private wasRenewed = false;

  constructor(private readonly setup: BackgroundTreeSetup) {}

  /** Takes the text of a document that is open; the first one starts the look at the tree. */
  note(path: string, text: string): void {
    const known = this.documents.get(path);
    if (known?.text === text) return;
    const judged = known?.judged ?? this.judgedOnDisk(path);
    this.documents.set(path, { text, version: ++this.lastVersion, judged });
    if (this.worker) this.delays.later('texts', PAUSE_MS, () => this.sendTexts());
    else this.delays.later('disk', START_MS, () => this.lookAtDisk());
  }

  forget(path: string): void {
    this.documents.delete(path);
  }

  changed(): void {
    if (this.worker) this.delays.later('disk', SETTLE_MS, () => this.lookAtDisk());
  }

  /** Another state of the tree is another tree. */
  follow(): boolean {
    return false;
  }

  /** The findings of a document with the text it has now, or of a file that is not open. */
  findingsOf(path: string, text: string): ShiftedFindings {
    const judged = this.documents.get(path)?.judged ?? this.judgedOnDisk(path);
    return judged ? shiftedTo(text, path, judged.text, judged.findings) : [];
  }

  /** Files on disk that have such findings. */
  get paths(): readonly string[] {
    return [...(this.onDisk?.keys() ?? [])];
  }

  close(): void {
    this.isStopped = true;
    this.delays.stop();
    void this.worker?.terminate();
    this.worker = undefined;
    this.look?.end('stopped');
    this.look = undefined;
  }

  private judgedOnDisk(path: string): KnownText['judged'] {
    const findings = this.onDisk?.get(path);
    const source = findings && readSource(this.setup.tree.root, path);
    return source && 'text' in source ? { text: source.text, findings } : undefined;
  }

  private lookAtDisk(): void {
    if (this.isStopped) return;
    this.worker ??= this.start();
    this.look ??= this.setup.events.onLook(this.setup.tree.root, () => this.close(), 'tree');
    this.began = Date.now();
    this.post({ kind: 'disk' });
    this.sendTexts();
  }

  /** What a first look has found out is in the cache folder: another thread takes it from there, and needs half the memory. */
  private renew(): void {
    if (this.wasRenewed || this.setup.cache === undefined || Date.now() - this.began < LONG_MS) return;
    this.wasRenewed = true;
    const { worker } = this;
    this.worker = this.start();
    void worker?.terminate();
    this.post({ kind: 'disk' });
    this.sendTexts();
  }

  private sendTexts(): void {
    const texts = [...this.documents].map(([path, { text, version }]) => ({ path, text, version }));
    this.post({ kind: 'texts', texts });
  }

  private post(task: TreeTask): void {
    this.worker?.postMessage(task);
  }

  private start(): Worker {
    const { tree, cache, module = new URL('./tree-worker.js', import.meta.url) } = this.setup;
    const workerData: TreeWorkerSetup = { seed: seedOf(tree), cache };
    const worker = new Worker(module, { workerData, execArgv: [], env: SHARE_ENV });
    worker.unref();
    worker.on('message', (answer: TreeAnswer) => this.take(answer));
    worker.on('error', (error: unknown) => this.fail(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => {
      if (this.worker === worker) this.fail('its thread ended');
    });
    return worker;
  }

  private take(answer: TreeAnswer): void {
    switch (answer.kind) {
      case 'progress':
        this.look?.report(answer.progress);
        return;
      case 'disk':
        this.takeDisk(new Map(answer.findings));
        for (const { rule, path, why } of answer.trouble.failures) {
          this.setup.events.log(`${path}: the rule ${rule} failed, its findings are missing: ${why}`);
        }
        this.look?.end('done');
        this.look = undefined;
        this.renew();
        return;
      case 'text':
        this.takeText(answer);
        return;
      case 'failed':
        this.setup.events.log(this.failedText(answer.why));
        this.look?.end('failed');
        this.look = undefined;
    }
  }

  private takeDisk(findings: ReadonlyMap<string, TreeFindings>): void {
    const before = JSON.stringify([...(this.onDisk ?? [])]);
    this.onDisk = findings;
    if (JSON.stringify([...findings]) !== before) this.setup.events.onChange();
  }

  private takeText({ path, version, findings }: Extract<TreeAnswer, { kind: 'text' }>): void {
    const known = this.documents.get(path);
    // An older text was judged: the answer for this one is on its way.
    if (known?.version !== version) return;
    const before = JSON.stringify(this.findingsOf(path, known.text));
    known.judged = { text: known.text, findings };
    if (JSON.stringify(this.findingsOf(path, known.text)) !== before) this.setup.events.onChange();
  }

  private failedText(why: string): string {
    return `${this.setup.tree.root}: what rests on the whole tree is not shown: ${why}`;
  }

  /** The thread is gone, and nobody starts it again for this state of the tree. */
  private fail(why: string): void {
    if (this.isStopped) return;
    this.worker = undefined;
    this.setup.events.log(this.failedText(why));
    this.look?.end('failed');
    this.look = undefined;
    this.isStopped = true;
    this.delays.stop();
  }
}
