import { Disposable, RelativePattern, Uri, window, workspace } from 'vscode';
import { AUDIT_REQUEST } from '@pageref/shared';
import type { AuditParams, AuditResult } from '@pageref/shared';
import type { App } from './app.js';
import { mergeAudit, restingOn } from './merge.js';
import type { ChangedFile } from './merge.js';
import { messageOf } from './words.js';

/** Changes that come together are looked at together. */
const PAUSE_MS = 500;
/** More files at once are another branch: the whole tree is audited again. */
const MANY_FILES = 200;
/** Files that decide on release and architectures: a verdict anywhere may be another one. */
const DECIDES = /(^|\/)(Makefile|Kconfig[^/]*|\.git\/HEAD)$/;

/** Keeps the shown audits up to date: files that were edited or changed on disk are judged again, and only those. */
export function refreshAudits(app: App): Disposable[] {
  const refresher = new Refresher(app);
  const watched = new Map<string, Disposable>();
  const watch = (): void => {
    for (const { rootUri } of app.audits.all()) {
      if (watched.has(rootUri)) continue;
      watched.set(
        rootUri,
        watchTree(rootUri, (uri) => refresher.changed(rootUri, uri)),
      );
    }
  };
  return [
    new Disposable(() => refresher.dispose()),
    app.audits.onDidChange(watch),
    new Disposable(() => watched.forEach((one) => void one.dispose())),
    workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const audit = contentChanges.length > 0 ? app.audits.around(document.uri.toString()) : undefined;
      if (audit) refresher.changed(audit.rootUri, document.uri);
    }),
    workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('pageref.kernelRelease')) return;
      for (const { rootUri } of app.audits.all()) refresher.everythingChanged(rootUri);
    }),
  ];
}

function watchTree(rootUri: string, changed: (uri: Uri) => void): Disposable {
  const root = Uri.parse(rootUri, true);
  const watchers = ['**/*.{c,h}', '**/{Makefile,Kconfig*}', '.git/HEAD'].map((pattern) =>
    workspace.createFileSystemWatcher(new RelativePattern(root, pattern)),
  );
  for (const watcher of watchers) {
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    watcher.onDidDelete(changed);
  }
  return Disposable.from(...watchers);
}

/** What of each audited tree has changed since it was last asked for. */
class Refresher {
  private readonly pending = new Map<string, Set<string> | 'all'>();
  private timer: NodeJS.Timeout | undefined;
  private running = false;

  constructor(private readonly app: App) {}

  changed(rootUri: string, uri: Uri): void {
    const text = uri.toString();
    if (!text.startsWith(`${rootUri}/`)) return;
    const path = uri.path.slice(Uri.parse(rootUri, true).path.replace(/\/$/, '').length + 1);
    if (DECIDES.test(path)) this.everythingChanged(rootUri);
    else if (/\.[ch]$/.test(path)) this.fileChanged(rootUri, path);
  }

  everythingChanged(rootUri: string): void {
    this.pending.set(rootUri, 'all');
    this.later();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.pending.clear();
  }

  private fileChanged(rootUri: string, path: string): void {
    const known = this.pending.get(rootUri) ?? new Set<string>();
    if (known !== 'all') known.add(path);
    this.pending.set(rootUri, known !== 'all' && known.size > MANY_FILES ? 'all' : known);
    this.later();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), PAUSE_MS);
  }

  /** One at a time: a later result never meets an earlier one that is still on its way. */
  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      for (const [rootUri, paths] of this.pending) {
        this.pending.delete(rootUri);
        await this.refresh(rootUri, paths);
      }
    } finally {
      this.running = false;
      if (this.pending.size > 0) this.later();
    }
  }

  private async refresh(rootUri: string, paths: ReadonlySet<string> | 'all'): Promise<void> {
    const { audits, log, server, view } = this.app;
    const before = audits.get(rootUri);
    if (!before || !server.isRunning) return;
    try {
      const ask = (params: AuditParams): Promise<AuditResult> => server.request<AuditResult>(AUDIT_REQUEST, params);
      const params = { uri: rootUri, ...(before.report.whatIf && { whatIf: 'no-reserved-zone-device' as const }) };
      if (paths === 'all') {
        audits.set(await window.withProgress({ location: { viewId: 'pageref.audit' } }, () => ask(params)));
      } else {
        const uriOf = (path: string): Uri => Uri.joinPath(Uri.parse(rootUri, true), path);
        const changed = await Promise.all([...paths].map(async (path) => ({ path, text: await textOf(uriOf(path)) })));
        const resting = restingOn(before, changed);
        const there = changed.filter(({ text }) => text !== undefined).map(({ path }) => path);
        const part = await ask({ ...params, files: [...there, ...resting].map((path) => uriOf(path).toString()) });
        audits.set(mergeAudit(audits.get(rootUri) ?? before, part, [...paths, ...resting]));
      }
      view.setStale('');
    } catch (error) {
      log.warn(`the audit could not be brought up to date: ${messageOf(error)}`);
      view.setStale('Files have changed since this audit.');
    }
  }
}

/** What a file holds now, in an editor or on disk. A file that was deleted has nothing to say any more: it is not asked for. */
async function textOf(uri: Uri): Promise<ChangedFile['text']> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  return workspace.fs.readFile(uri).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
}
