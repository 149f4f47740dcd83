import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding, Release } from '@pageref/shared';
import { Workspace } from 'pageref/dist/editor/workspace.js';
import type { EditorFinding, FindingPlace, WorkspaceDocument } from 'pageref/dist/editor/workspace.js';
import { check } from 'pageref/dist/runs/index.js';
import { lineStarts, positionAt } from 'pageref/dist/syntax/index.js';

/** Findings as lines, with all that a person is shown of them. */
export type Lines = readonly string[];

function lineOf(
  path: string,
  finding: Pick<Finding, 'line' | 'column' | 'length' | 'rule' | 'severity' | 'message' | 'fingerprint'>,
  related: Lines,
): string {
  const { line, column, length, rule, severity, message, fingerprint } = finding;
  return [`${path}:${String(line)}:${String(column)}`, length, rule, severity, fingerprint, message, ...related].join(
    ' | ',
  );
}

/** What is compared of a tree. */
export interface Compared {
  readonly release?: Release;
  /** The check is one of the whole folder, which is no kernel: files of such are judged alone where they are named. */
  readonly isModule?: true;
}

/** What `check --all` says of some files of a tree. */
export async function checkSays(
  root: string,
  files: Lines,
  { release, isModule }: Compared = {},
): Promise<ReadonlyMap<string, Lines>> {
  const paths = isModule ? [root] : files.map((path) => join(root, path));
  const { findings } = await check({ paths, jobs: 1, ...(release && { release }) });
  const lines = (path: string): Lines =>
    findings
      .filter((one) => one.path === path)
      .map((one) =>
        lineOf(
          path,
          one,
          one.related.map((at) => `${at.path}:${String(at.line)} ${at.text}`),
        ),
      );
  return new Map(files.map((path) => [path, lines(path)]));
}

/** Documents of one tree in an editor without a protocol. */
export class EditorTree {
  readonly log: string[] = [];
  /** How the looks at the whole tree have ended. */
  readonly looks: string[] = [];
  changes = 0;
  readonly workspace: Workspace;
  stopLook: () => void = () => undefined;
  private readonly documents = new Map<string, WorkspaceDocument>();

  constructor(
    readonly root: string,
    private readonly release?: Release,
  ) {
    this.workspace = new Workspace({
      jobs: 1,
      log: (message) => void this.log.push(message),
      onChange: () => {
        this.changes++;
      },
      onLook: (_root, stop) => {
        this.stopLook = stop;
        const end = (why: string): void => {
          this.looks.push(why);
        };
        return { report: () => undefined, end };
      },
    });
    this.workspace.trees.setFolders([root]);
  }

  open(path: string, text = readFileSync(join(this.root, path), 'utf8')): WorkspaceDocument {
    const document = this.workspace.open({ path: join(this.root, path), isFile: true, name: path });
    document.setRelease(this.release);
    document.setText(text);
    this.documents.set(path, document);
    return document;
  }

  /** Gives an open document another text. */
  edit(path: string, from: string, to: string): void {
    const document = this.documents.get(path);
    if (!document?.text.includes(from)) throw new Error(`${path} has no ${from}`);
    document.setText(document.text.replace(from, to));
  }

  /** What is shown of a document now. */
  async says(path: string): Promise<Lines> {
    const document = this.documents.get(path);
    if (!document) throw new Error(`${path} is not open`);
    const { text } = document;
    const { findings } = await document.unsuppressed();
    const starts = lineStarts(text);
    const place = (at: FindingPlace): string =>
      'offset' in at ? `${path}:${String(positionAt(starts, at.offset).line)}` : `${at.path}:${String(at.line)}`;
    const shown = findings.filter((one) => one.class !== 'unclear');
    return shown.map((one: EditorFinding) =>
      lineOf(
        path,
        { ...one, ...positionAt(starts, one.start), length: one.end - one.start },
        one.related.map((at) => `${place(at.place)} ${at.text}`),
      ),
    );
  }

  /** What is shown once the whole tree is known; waits until it is what is wanted, and gives what it is in the end. */
  async settles(path: string, isWanted: (lines: Lines) => boolean, milliseconds = 30_000): Promise<Lines> {
    const end = Date.now() + milliseconds;
    for (;;) {
      const lines = await this.says(path);
      if (isWanted(lines) || Date.now() > end) return lines;
      await sleep(20);
    }
  }

  async until(done: () => boolean, milliseconds = 30_000): Promise<boolean> {
    for (const end = Date.now() + milliseconds; Date.now() < end && !done();) await sleep(20);
    return done();
  }

  close(): void {
    this.workspace.stop();
  }
}

/** Sees to it that an editor says of open files what a check says, and gives how many lines that are. */
export async function assertSame(root: string, paths: Lines, compared: Compared = {}): Promise<number> {
  const wanted = await checkSays(root, paths, compared);
  const editor = new EditorTree(root, compared.release);
  try {
    for (const path of paths) editor.open(path);
    for (const path of paths) {
      const said = wanted.get(path) ?? [];
      const lines = await editor.settles(path, (now) => JSON.stringify(now) === JSON.stringify(said), 400_000);
      assert.deepEqual(lines, said, path);
    }
    assert.deepEqual(editor.log, []);
  } finally {
    editor.close();
  }
  return [...wanted.values()].flat().length;
}
