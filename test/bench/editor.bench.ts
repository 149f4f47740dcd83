import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { Range } from 'vscode-languageserver-protocol/node';
import { BUNDLED_PROGRAM } from '../support/cli.js';
import { kernelTree } from '../support/kernel-tree.js';
import { LspClient, PULLS, uriOf } from '../support/lsp.js';
import { median } from './measure.js';

/**
 * What a person at the keyboard waits for, over the real server on its standard streams: from opening a file to its
 * diagnostics, and from a key to the diagnostics of the text it made. clangd takes the same edits in the same run.
 * BENCH_EDITS sets the keys per file (default 200), BENCH_RUNS the fresh servers per file (default 7).
 */
const RUNS = Number(process.env['BENCH_RUNS'] ?? 7);
const EDITS = Number(process.env['BENCH_EDITS'] ?? 200);
const FILES = ['virt/kvm/kvm_main.c', 'mm/memory.c', 'mm/page_alloc.c'];
const SEED = 20181221;
/** As the extension starts it. */
const SERVER = [process.execPath, BUNDLED_PROGRAM, 'lsp', '--stdio'] as const;

/** One key: a character typed, or the one behind the cursor deleted. */
interface Key {
  readonly at: number;
  readonly typed: string;
}

const aKey: fc.Arbitrary<Key> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  typed: fc.constantFrom('', '', '', ...'abcxyz0 \n\t(){};,*&!="/#'.split('')),
});

/** One edit as the protocol says it, and the text before it. */
interface Edit {
  readonly range: Range;
  readonly text: string;
}

function editsOf(text: string, keys: readonly Key[]): Edit[] {
  return keys.map(({ at, typed }) => {
    const offset = Math.floor(at * text.length);
    const end = typed === '' ? offset + 1 : offset;
    const edit = { range: { start: positionIn(text, offset), end: positionIn(text, end) }, text: typed };
    text = text.slice(0, offset) + typed + text.slice(end);
    return edit;
  });
}

function positionIn(text: string, offset: number): Range['start'] {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - before.lastIndexOf('\n') - 1 };
}

interface Peer {
  readonly label: string;
  readonly root: string;
  start(): Promise<LspClient>;
  /** Resolves when the diagnostics of a version are there. */
  diagnose(client: LspClient, uri: string, version: number): Promise<unknown>;
}

function pageref(root: string): Peer {
  return {
    label: 'pageref',
    root,
    // VS Code's capabilities: diagnostics are pulled, columns are UTF-16.
    start: () => LspClient.start({ folders: [root], capabilities: { ...PULLS, general: {} }, server: SERVER }),
    diagnose: (client, uri) => client.diagnostics(uri),
  };
}

function clangd(root: string): Peer {
  const capabilities = { textDocument: { publishDiagnostics: { versionSupport: true } } };
  return {
    label: 'clangd-16',
    root,
    start: () => LspClient.start({ folders: [root], capabilities, server: ['clangd-16', '--log=error'] }),
    diagnose: (client, uri, version) => client.publishedFor(uri, version),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

/** Milliseconds a process has computed, all threads together: what a busy machine leaves alone. NaN where it is not told. */
function computedBy(pid: number | undefined): number {
  try {
    const tasks = `/proc/${String(pid)}/task`;
    const nanoseconds = (task: string): number =>
      Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]);
    return readdirSync(tasks).reduce((sum, task) => sum + nanoseconds(task), 0) / 1e6;
  } catch {
    return NaN;
  }
}

interface Figures {
  readonly fromStart: number;
  readonly fromOpen: number;
  /** Milliseconds for each key, and how long the server computed for it. */
  readonly keys: readonly number[];
  readonly computed: readonly number[];
}

async function openAndType(peer: Peer, path: string, edits: readonly Edit[]): Promise<Figures> {
  const text = readFileSync(join(peer.root, path), 'utf8');
  const uri = uriOf(join(peer.root, path));
  let client: LspClient | undefined;
  let fromOpen = NaN;
  try {
    const fromStart = await timed(async () => {
      const started = (client = await peer.start());
      fromOpen = await timed(async () => {
        await started.open(uri, text);
        await peer.diagnose(started, uri, 1);
      });
    });
    return { fromStart, fromOpen, ...(await typeAll(client!, peer, uri, edits)) };
  } finally {
    client?.kill();
  }
}

async function typeAll(
  client: LspClient,
  peer: Peer,
  uri: string,
  edits: readonly Edit[],
): Promise<Pick<Figures, 'keys' | 'computed'>> {
  const keys: number[] = [];
  const computed: number[] = [];
  for (const [at, edit] of edits.entries()) {
    const version = at + 2;
    const before = computedBy(client.process.pid);
    keys.push(
      await timed(async () => {
        await client.change(uri, version, [edit]);
        await peer.diagnose(client, uri, version);
      }),
    );
    computed.push(computedBy(client.process.pid) - before);
  }
  return { keys, computed };
}

async function benchFile(peer: Peer, path: string, edits: readonly Edit[], runs: number): Promise<Figures> {
  const opened: Figures[] = [];
  for (let run = 1; run < runs; run++) opened.push(await openAndType(peer, path, []));
  const last = await openAndType(peer, path, edits);
  const all = [...opened, last];
  const figures = {
    fromStart: median(all.map(({ fromStart }) => fromStart)),
    fromOpen: median(all.map(({ fromOpen }) => fromOpen)),
    keys: last.keys,
    computed: last.computed,
  };
  show(peer.label, path, figures);
  return figures;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

function show(label: string, path: string, { fromStart, fromOpen, keys, computed }: Figures): void {
  const ms = (value: number, digits: number): string => `${value.toFixed(digits).padStart(7)} ms`;
  const open = `open ${ms(fromOpen, 0)}  from process start ${ms(fromStart, 0)}`;
  const key = `key: median ${ms(median(keys), 1)}  p95 ${ms(percentile(keys, 0.95), 1)}  computing ${ms(median(computed), 1)}`;
  console.log(`  ${label.padEnd(10)} ${path.padEnd(20)} ${open}  ${key}`);
}

/** Megabytes (2^20 bytes) of a running process, as /proc tells; NaN on other systems. */
function memoryOf(pid: number | undefined): { readonly now: number; readonly peak: number } {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    const megabytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
  } catch {
    return { now: NaN, peak: NaN };
  }
}

/** The tree open with three files, audited; then typed in, audited again. */
async function benchMemory(peer: Peer): Promise<void> {
  const client = await peer.start();
  const shown = (when: string): void => {
    const { now, peak } = memoryOf(client.process.pid);
    console.log(`  ${when.padEnd(31)} ${now.toFixed(0).padStart(4)} MB  peak ${peak.toFixed(0).padStart(4)} MB`);
  };
  try {
    for (const path of FILES) {
      const uri = uriOf(join(peer.root, path));
      await client.open(uri, readFileSync(join(peer.root, path), 'utf8'));
      await client.diagnostics(uri);
    }
    shown('three files open');
    for (const when of ['audited', 'audited again']) {
      const took = await timed(() => client.request('pageref/audit', {}));
      shown(`${when} (${took.toFixed(0)} ms)`);
    }
    console.log('  aim: at most 250 MB at any time');
  } finally {
    client.kill();
  }
}

/** clangd cannot be let into the tree itself: it would write its index there. */
function scratchCopy(root: string, copy: string): void {
  for (const path of ['include', 'arch/x86/include', ...FILES]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  for (const path of ['virt/kvm', 'mm']) {
    const headers = spawnSync('find', [join(root, path), '-maxdepth', '1', '-name', '*.h'], { encoding: 'utf8' });
    for (const header of headers.stdout.split('\n').filter((line) => line !== '')) {
      cpSync(header, join(copy, path, header.slice(header.lastIndexOf('/') + 1)));
    }
  }
  writeFileSync(join(copy, 'compile_flags.txt'), `${FLAGS.join('\n')}\n`);
}

const FLAGS = [
  '-xc',
  '-nostdinc',
  '-D__KERNEL__',
  '-Iarch/x86/include',
  '-Iarch/x86/include/uapi',
  '-Iinclude',
  '-Iinclude/uapi',
];

async function benchEditor(root: string): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'pageref-bench-clangd-'));
  try {
    const ours = pageref(root);
    const theirs = spawnSync('clangd-16', ['--version']).status === 0 ? clangd(copy) : undefined;
    if (theirs) scratchCopy(root, copy);
    else console.log('clangd-16 is not installed; no figures for it');
    console.log(`editor on 6.12, ${EDITS} random keys a file, opened by ${RUNS} fresh servers`);
    for (const path of FILES) {
      const edits = editsOf(readFileSync(join(root, path), 'utf8'), fc.sample(aKey, { numRuns: EDITS, seed: SEED }));
      const own = await benchFile(ours, path, edits, RUNS);
      if (!theirs) continue;
      const other = await benchFile(theirs, path, edits, 1);
      const ratio = (value: number, by: number): string => (value / by).toFixed(3);
      console.log(
        `  ratio: open ${ratio(own.fromOpen, other.fromOpen)}, key ${ratio(median(own.keys), median(other.keys))}, p95 ${ratio(percentile(own.keys, 0.95), percentile(other.keys, 0.95))}, computing ${ratio(median(own.computed), median(other.computed))}`,
      );
    }
    console.log('  aim: open at most 300 ms, p95 of a key at most 16 ms');
    console.log('memory of the server on 6.12');
    await benchMemory(ours);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const tree = kernelTree('6.12');
if (tree.skip !== undefined) console.log(`bench skipped: ${tree.skip}`);
else await benchEditor(tree.root);
