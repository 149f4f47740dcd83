import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Attack, Round } from '../attack.js';
import { run } from '../process.js';
import { RawClient } from '../raw-client.js';
import { someSources, TREE, writeTree } from '../texts.js';

/** Time a run has to end in. More than the second that is promised: the machine may be busy with other things. Milliseconds. */
const AT_ONCE = 3000;

export const ends: Attack = {
  name: 'ends',
  promise: 'a signal, and a client that goes away, end the program within a second, whatever it is busy with',
  share: 2,
  round: async (round) => {
    const { random, folder } = round;
    const test = 'if (PageReserved(page)) put_page(page); else g(page);\n';
    const heavy = `void f(struct page *page)\n{\n${test.repeat(200 + random.below(3000))}}\n`;
    writeTree(folder, {
      ...TREE,
      ...someSources(random, 4),
      'mm/heavy.c': heavy,
      'mm/long.c': heavy.replaceAll('\n', ' '),
    });
    if (random.chance(0.5)) await endRun(round);
    else await endServer(round, heavy);
  },
};

async function endRun({ random, folder, tried }: Round): Promise<void> {
  const line = [random.pick(['audit', 'check', 'contracts', 'uses', 'fix']), folder, '--no-cache'];
  for (let n = 0; n < 3; n++) {
    const signal = random.pick(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
    const after = random.below(4000);
    const { signal: by, code, milliseconds } = await run(line, { kill: { signal, after } });
    assert.ok(
      milliseconds < after + AT_ONCE,
      `${line.join(' ')} ended ${String(milliseconds - after)} ms after ${signal}`,
    );
    assert.ok(by === signal || (code !== null && milliseconds <= after + AT_ONCE), `ended with ${String(by ?? code)}`);
    tried();
  }
}

async function endServer({ random, folder, tried }: Round, text: string): Promise<void> {
  const client = new RawClient();
  try {
    const root = pathToFileURL(folder).href;
    const capabilities = { textDocument: { diagnostic: {} } };
    await client.request('initialize', { processId: null, workspaceFolders: [{ uri: root, name: 'x' }], capabilities });
    const uri = pathToFileURL(join(folder, 'mm/heavy.c')).href;
    client.send({
      jsonrpc: '2.0',
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'c', version: 1, text } },
    });
    const work = random.pick([
      ['textDocument/diagnostic', { textDocument: { uri } }],
      ['pageref/audit', {}],
    ] as const);
    void client.request(work[0], work[1]).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, random.below(3000)));
    const begin = performance.now();
    client.closeInput();
    const limit = new Promise((resolve) => setTimeout(resolve, 60_000, 'not at all'));
    const ended = await Promise.race([client.ended, limit]);
    assert.ok(
      performance.now() - begin < AT_ONCE,
      `${work[0]}: ended with ${String(ended)} after ${String(performance.now() - begin)} ms`,
    );
    assert.ok(ended === 1 || ended === 'SIGKILL', `ended with ${String(ended)}`);
    tried();
  } finally {
    client.kill();
  }
}
