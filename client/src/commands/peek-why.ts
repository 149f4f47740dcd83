import { commands } from 'vscode';
import type { PeekParams } from '@pageref/shared';
import type { App } from '../app.js';

/** Shows the places that explain a finding in a peek at its own. */
export async function peekWhy({ server }: App, { uri, position, places }: PeekParams): Promise<void> {
  const { protocol2CodeConverter: from } = await server.start();
  await commands.executeCommand(
    'editor.action.peekLocations',
    from.asUri(uri),
    from.asPosition(position),
    places.map((place) => from.asLocation(place)),
    'peek',
  );
}
