import type { Diagnostic } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { RuleId, Settings } from '@pageref/shared';
import { isWithin, suppressionsIdentity, pathBelow, Superseded, unsuppressed } from '../editor/workspace.js';
import type { KnownTree, StillWanted, Workspace } from '../editor/workspace.js';
import type { Client } from './client.js';
import type { Configuration } from './configuration.js';
import { diagnosticsOf } from './convert.js';
import type { Folder } from './folders.js';
import { textOf } from './log.js';
import type { Log } from './log.js';
import { resultIdOf } from './result-id.js';
import { uriOfPath } from './uris.js';

/** What of a session these reports are made of. */
export interface ScopeSources {
  readonly folders: readonly Folder[];
  readonly workspace: Workspace;
  readonly configuration: Configuration;
  readonly client: Client;
  readonly log: Log;
  /** URI of the page about a rule; undefined where the documentation was not installed. */
  readonly pageOf: (rule: RuleId) => string | undefined;
}

/** The diagnostics of a file that is not open. */
export interface FileReport {
  readonly uri: string;
  readonly resultId: string;
  readonly items: readonly Diagnostic[];
}

/**
 * Diagnostics of files that are not open, as far as the setting `scope` of their folder takes them in. A file is judged
 * again when its text, its tree or the settings have changed.
 */
export class ScopeReports {
  private readonly known = new Map<string, FileReport>();

  /**
   * Files with diagnostics, by folder and path. `found` is told of each as soon as it is judged.
   * Rejects with Superseded when nobody waits any more.
   */
  async collect(
    session: ScopeSources,
    wanted: StillWanted,
    found: (report: FileReport) => void = () => undefined,
  ): Promise<FileReport[]> {
    const reports = new Map<string, FileReport>();
    for (const folder of session.folders) {
      const settings = await session.configuration.of(folder.uri);
      for await (const report of this.reportsIn(session, folder, settings, wanted)) {
        if (!reports.has(report.uri) && report.items.length > 0) found(report);
        reports.set(report.uri, report);
      }
    }
    for (const uri of this.known.keys()) if (!reports.has(uri)) this.known.delete(uri);
    return [...reports.values()].filter(({ items }) => items.length > 0);
  }

  private async *reportsIn(
    session: ScopeSources,
    folder: Folder,
    settings: Settings,
    wanted: StillWanted,
  ): AsyncGenerator<FileReport> {
    const { workspace, log } = session;
    const { scope } = settings;
    if (scope === 'openFiles') return;
    try {
      const tree = await workspace.trees.open(workspace.trees.rootOfFolder(folder.path), settings.kernelRelease);
      for (const path of await workspace.closedFiles(tree, scope, wanted)) {
        const absolute = pathBelow(tree.root ?? '', path);
        if (!isWithin(folder.path, absolute)) continue;
        const text = workspace.textOnDisk(tree, path);
        if (text !== undefined) yield await this.reportOf(session, tree, path, text, settings, wanted);
      }
    } catch (error) {
      if (error instanceof Superseded) throw error;
      log.warnOnce(`${folder.path}: the files that are not open could not be judged: ${textOf(error)}`);
    }
  }

  private async reportOf(
    { workspace, client, pageOf }: ScopeSources,
    tree: KnownTree,
    path: string,
    text: string,
    settings: Settings,
    wanted: StillWanted,
  ): Promise<FileReport> {
    const uri = uriOfPath(pathBelow(tree.root ?? '', path));
    const suppressions = await workspace.trees.suppressions.of(tree.root);
    const fromTree = workspace.treeIdentity(tree, path, text);
    const identity = { judged: suppressionsIdentity(suppressions, path), fromTree };
    const resultId = resultIdOf(uri, tree, settings, identity, text);
    const known = this.known.get(uri);
    if (known?.resultId === resultId) return known;
    const analysis = unsuppressed(await workspace.analyseFile(tree, path, text, wanted), suppressions);
    const document = TextDocument.create(uri, 'c', 0, text);
    const report = { uri, resultId, items: diagnosticsOf(analysis, { document, tree, client, settings, pageOf }) };
    this.known.set(uri, report);
    return report;
  }
}
