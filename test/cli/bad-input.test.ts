import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CannotRun } from 'pageref/dist/project/options.js';
import { pageref, type Surroundings } from '../support/cli.js';

/** What cannot be carried out: exit code 2, nothing on standard output, and a message that says what to do next. */
const CASES: readonly (readonly [line: string, message: RegExp])[] = [
  ['api', /missing required argument 'NAME'[^]*pageref api --help/],
  ['api get_page more', /too many arguments[^]*pageref api --help/],
  ['audti linux', /unknown command 'audti' \(Did you mean audit\?\)[^]*pageref --help/],
  ['audit linux --fromat json', /unknown option '--fromat' \(Did you mean --format\?\)/],
  ['audit linux --format', /option '--format <FORMAT>' argument missing/],
  [
    'audit linux --format sarfi',
    /--format: "sarfi" is not known\nDid you mean sarif\? It can be text, json, sarif, markdown, html, gcc\./,
  ],
  ['uses linux --format sarif', /--format: "sarif" is not known\nIt can be text, json, markdown\./],
  ['audit linux --kernel 6', /--kernel: "6" is no release[^]*4\.20 to 7\.1/],
  ['audit linux --kernel 6.20', /--kernel: "6\.20" is no release/],
  ['audit linux --kernel 3.10', /--kernel: "3\.10" is no release/],
  ['audit linux --verdict guarded,unclaer', /--verdict: "unclaer" is not known\nDid you mean unclear\?/],
  ['audit linux --verdict ,', /--verdict: the list is empty/],
  ['audit linux --what-if bit-gone', /--what-if: "bit-gone" is not known\nIt can be no-reserved-zone-device/],
  ['audit linux --jobs many', /--jobs: "many" is not a number from 1/],
  ['audit linux --jobs 0', /--jobs: "0" is not a number from 1/],
  ['audit linux --jobs 1e3', /--jobs: "1e3" is not a number/],
  ['audit linux --color pink', /--color: "pink" is not known\nIt can be auto, always, never/],
  [
    'audit linux --output /no/such/folder/report',
    /--output: cannot write "\/no\/such\/folder\/report"[^]*folder that exists/,
  ],
  ['audit linux --output /', /--output: cannot write "\/": it is a folder/],
  ['uses linux --api put_pge', /--api: the model knows no "put_pge"\nDid you mean put_page\?/],
  ['uses linux --api put-page', /--api: "put-page" is no C identifier/],
  ['api put_pge', /the model knows no "put_pge"\nDid you mean put_page\?/],
  ['api zzz', /the model knows no "zzz"\nIt holds names/],
  [
    'check linux --rule reserved-conflates-zone-devices',
    /--rule: "reserved-conflates-zone-devices" is not known\nDid you mean reserved-conflates-zone-device\?/,
  ],
  ['check linux --fail-on warnings', /--fail-on: "warnings" is not known\nDid you mean warning\?/],
  [
    'check linux --format markdown',
    /--format: "markdown" is not known\nIt can be text, concise, gcc, json, sarif, github, gitlab/,
  ],
  ['explain gaurded', /NAME: "gaurded" is not known\nDid you mean guarded\?/],
];

for (const [line, message] of CASES) {
  test(`refused: pageref ${line}`, async () => {
    const { code, stdout, stderr } = await pageref(line);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^pageref: /);
    assert.match(stderr, message);
  });
}

function failing(error: Error): Surroundings {
  return { engine: { audit: () => Promise.reject(error) } };
}

test('what the engine cannot do is said as it says it', async () => {
  const { code, stderr } = await pageref(
    'audit linux',
    failing(new CannotRun('no such folder: /x\nGive a kernel tree.')),
  );
  assert.deepEqual([code, stderr], [2, 'pageref: no such folder: /x\nGive a kernel tree.\n']);
});

test('a mistake of our own is called one', async () => {
  const { code, stderr } = await pageref('audit linux', failing(new TypeError('x is undefined')));
  assert.equal(code, 2);
  assert.match(stderr, /^pageref: internal error: TypeError: x is undefined[^]*please report it/);
});

test('an argument with control characters stays on its line', async () => {
  const { stderr } = await pageref(['explain', 'a\u001b[31m\nb']);
  assert.match(stderr, /"a\\u001b\[31m\\nb" is not known/);
});
