import { EventEmitter, Uri, window, workspace } from 'vscode';
import type { Disposable, TextDocumentContentProvider } from 'vscode';

export const SCHEME = 'pageref';

/** Read-only markdown documents: reports and effect tables. What they say is asked for when they are opened. */
export class Documents implements TextDocumentContentProvider, Disposable {
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  private readonly texts = new Map<string, () => Promise<string>>();
  private readonly registration = workspace.registerTextDocumentContentProvider(SCHEME, this);

  /** Shows a document under a name; one of the same name is brought up to date. */
  async show(name: string, text: () => Promise<string>): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}.md` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  /** Asks again for every document that is open. */
  refresh(): void {
    for (const uri of this.texts.keys()) this.changed.fire(Uri.parse(uri, true));
  }

  /** After a reload of the window the editor asks for documents nobody has opened yet. */
  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const text = this.texts.get(uri.toString());
    return text ? await text() : 'Run "pageref: Audit PageReserved" again to see this document.\n';
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
