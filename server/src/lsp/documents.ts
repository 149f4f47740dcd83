import { basename } from 'node:path';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { isDataFile } from '../editor/workspace.js';
import type { Workspace, WorkspaceDocument } from '../editor/workspace.js';
import type { Encoding } from './client.js';
import { applyChanges } from './positions.js';
import { pathOfUri, placeOf } from './uris.js';

/** An open document: what the client sees of it and what is made of it. */
export interface OpenDocument {
  readonly uri: string;
  /** Text and version; replaced with every edit. */
  text: TextDocument;
  readonly content: WorkspaceDocument;
}

/** The documents the client has open. */
export class Documents {
  private readonly open = new Map<string, OpenDocument>();
  /** Open Makefiles and Kconfig files: nothing is said of them, but they say what the tree is. */
  private readonly treeFiles = new Map<string, { text: TextDocument; readonly path: string }>();

  constructor(
    private readonly workspace: Workspace,
    private readonly encoding: Encoding,
  ) {}

  get(uri: string): OpenDocument | undefined {
    return this.open.get(uri);
  }

  /** The document that stands for a file. */
  at(path: string): OpenDocument | undefined {
    return [...this.open.values()].find(({ uri }) => pathOfUri(uri) === path);
  }

  all(): Iterable<OpenDocument> {
    return this.open.values();
  }

  /** Undefined for a document that is neither C nor a file of pageref's own. Opening what is open already takes its new text. */
  add(
    uri: string,
    languageId: string,
    version: number,
    content: string,
    folders: readonly string[],
  ): OpenDocument | undefined {
    this.remove(uri);
    const text = TextDocument.create(uri, languageId, version, content);
    const path = pathOfTreeFile(uri);
    if (path !== undefined) this.setTreeFile(uri, { text, path });
    else if (isC(uri, languageId) || isDataUri(uri)) {
      const document = { uri, text, content: this.workspace.open(placeOf(uri, folders)) };
      document.content.setText(content);
      this.open.set(uri, document);
      return document;
    }
    return undefined;
  }

  private setTreeFile(uri: string, file: { text: TextDocument; readonly path: string }): void {
    this.treeFiles.set(uri, file);
    this.workspace.trees.setBuffer(file.path, file.text.getText());
  }

  /** Undefined for a document that has no diagnostics. */
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): OpenDocument | undefined {
    const file = this.treeFiles.get(uri);
    if (file) this.setTreeFile(uri, { ...file, text: applyChanges(file.text, changes, version, this.encoding) });
    const document = this.open.get(uri);
    if (!document) return undefined;
    document.text = applyChanges(document.text, changes, version, this.encoding);
    document.content.setText(document.text.getText());
    return document;
  }

  remove(uri: string): boolean {
    const file = this.treeFiles.get(uri);
    if (file) this.workspace.trees.setBuffer(file.path, undefined);
    this.treeFiles.delete(uri);
    this.open.get(uri)?.content.close();
    return this.open.delete(uri);
  }
}

/** Absolute path of a file that decides what a tree is: its release, or what its arches can do. */
function pathOfTreeFile(uri: string): string | undefined {
  const path = pathOfUri(uri);
  return path !== undefined && /^(?:Makefile|Kconfig.*)$/.test(basename(path)) ? path : undefined;
}

/** A file that is written for pageref, such as the user model. */
export function isDataUri(uri: string): boolean {
  return isDataFile(withoutQuery(uri));
}

/** Headers are C++ to some editors; assembler and device trees are nothing for this server. */
function isC(uri: string, languageId: string): boolean {
  return languageId === 'c' || languageId === 'cpp' || /\.[ch]$/.test(withoutQuery(uri));
}

function withoutQuery(uri: string): string {
  return uri.split(/[?#]/, 1)[0] ?? '';
}
