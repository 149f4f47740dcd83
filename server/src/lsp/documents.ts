import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Workspace, WorkspaceDocument } from '../ide/workspace.js';
import type { Encoding } from './client.js';
import { applyChanges } from './positions.js';
import { placeOf } from './uris.js';

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

  constructor(
    private readonly workspace: Workspace,
    private readonly encoding: Encoding,
  ) {}

  get(uri: string): OpenDocument | undefined {
    return this.open.get(uri);
  }

  all(): Iterable<OpenDocument> {
    return this.open.values();
  }

  /** Undefined for a document that is no C. Opening what is open already takes its new text. */
  add(
    uri: string,
    languageId: string,
    version: number,
    content: string,
    folders: readonly string[],
  ): OpenDocument | undefined {
    if (!isC(uri, languageId)) return undefined;
    this.remove(uri);
    const document = {
      uri,
      text: TextDocument.create(uri, languageId, version, content),
      content: this.workspace.open(placeOf(uri, folders)),
    };
    document.content.setText(content);
    this.open.set(uri, document);
    return document;
  }

  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): OpenDocument | undefined {
    const document = this.open.get(uri);
    if (!document) return undefined;
    document.text = applyChanges(document.text, changes, version, this.encoding);
    document.content.setText(document.text.getText());
    return document;
  }

  remove(uri: string): boolean {
    this.open.get(uri)?.content.close();
    return this.open.delete(uri);
  }
}

/** Headers are C++ to some editors; assembler and device trees are nothing for this server. */
function isC(uri: string, languageId: string): boolean {
  return languageId === 'c' || languageId === 'cpp' || /\.[ch]$/.test(uri.replace(/[?#].*$/, ''));
}
