import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { RELEASES, PAGE_KINDS } from '@pageref/shared';
import { ENTRIES, rangesOf, resolve, resolveWith } from '@pageref/shared/model';
import { loadUserModel } from 'pageref/dist/project/user-model/load.js';
import { readUserModels, userModelProblems } from 'pageref/dist/project/user-model/read.js';
import { userModelSchema } from 'pageref/dist/project/user-model/schema.js';
import { golden, REPOSITORY } from '../support/golden.js';

const FILE = '.pageref.json';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pageref-user-model-')));
after(() => rmSync(folder, { recursive: true }));

/** A file with these entries, one on each line from line 4 on. */
function file(...entries: readonly (object | string)[]): string {
  const lines = entries.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  return `{\n"schemaVersion": 1,\n"model": [\n${lines.join(',\n')}\n]}\n`;
}

const PLAIN = { name: 'acme_put', summary: 'Drops a reference.', references: 'release' };

function problems(...texts: readonly string[]): readonly string[] {
  return readUserModels(texts.map((text, at) => ({ shown: at === 0 ? FILE : `${at}.json`, text }))).problems;
}

/** One mistake for each row: the text and what is said of it. */
const MISTAKES: readonly (readonly [what: string, text: string, message: string])[] = [
  ['no JSON', '{ "schemaVersion": 1, "model": ] }', `${FILE}:1:32: not JSON: value expected`],
  ['nothing', '', `${FILE}:1:1: the file is empty`],
  ['a comment', '// mine\n{ "schemaVersion": 1, "model": [] }', `${FILE}:1:1: JSON has no comments`],
  ['a comma too many', '{ "schemaVersion": 1, "model": [1,] }', `${FILE}:1:35: not JSON: value expected`],
  ['no object', '[]', `${FILE}:1:1: the file must be an object, not a list`],
  ['another version', '{ "schemaVersion": 2, "model": [] }', `${FILE}:1:20: 2 is no known value; it can be "1"`],
  ['no version', '{ "model": [] }', `${FILE}:1:1: "schemaVersion" is missing`],
  ['a key twice', '{ "schemaVersion": 1, "model": [], "model": [] }', `${FILE}:1:36: "model" is there twice`],
  ['a key that changes objects', file('{ "__proto__": {} }'), `${FILE}:4:3: "__proto__" is no key`],
  ['an unknown key', file({ ...PLAIN, effect: [] }), `${FILE}:4:74: unknown key "effect"; did you mean "effects"?`],
  ['no name', file({ summary: 'x', references: 'none' }), `${FILE}:4:1: "name" is missing`],
  ['no identifier', file({ ...PLAIN, name: 'a b' }), `${FILE}:4:9: "a b" is no C identifier`],
  [
    'an unknown word',
    file({ ...PLAIN, references: 'releases' }),
    `${FILE}:4:64: "releases" is no known effect on references; did you mean "release"?`,
  ],
  [
    'an unknown release',
    file({ ...PLAIN, range: { since: '6.99' } }),
    `${FILE}:4:91: "6.99" is no known release; did you mean "6.19"?`,
  ],
  [
    'an empty range',
    file({ ...PLAIN, range: { since: '6.9', until: '6.9' } }),
    `${FILE}:4:105: the range is empty: "until" is the first release without it, and it is there since 6.9`,
  ],
  [
    'an entry without a fact',
    file({ name: 'a', summary: 'x' }),
    `${FILE}:4:1: a says nothing: give it one of predicate, sources, conversion, effects, preconditions, callback, attribute, references, counterparts, zoneDevice, context`,
  ],
  [
    'an override of nothing',
    file({ ...PLAIN, override: true }),
    `${FILE}:4:85: the model knows no acme_put in 4.20 to 7.1: there is nothing to override`,
  ],
  [
    'an unknown counterpart',
    file({ ...PLAIN, counterparts: ['get_pge'] }),
    `${FILE}:4:90: neither the model nor this file knows get_pge; did you mean "get_page"?`,
  ],
  [
    'a counterpart of other releases',
    file({ ...PLAIN, range: { until: '5.0' }, counterparts: ['pin_user_pages'] }),
    `${FILE}:4:114: pin_user_pages is there in 5.6 to 7.1 only, not in 4.20 to before 5.0`,
  ],
];

for (const [what, text, message] of MISTAKES) {
  test(`mistake: ${what}`, () => {
    const found = problems(text);
    assert.ok(found.includes(message), found.join('\n'));
    assert.equal(userModelProblems(text).length, found.length);
  });
}

test('an unknown kind, everywhere a kind can stand', () => {
  const perKind = { yes: ['fs-dx'], otherwise: 'no' };
  const at = { at: 0 };
  for (const facet of [
    { predicate: { class: 'kind', of: at, answers: perKind } },
    { sources: [{ role: 'filter', result: at, kinds: ['fs-dx'] }] },
    { effects: [{ does: 'dirty', on: at, when: 'always', kinds: perKind }] },
    { callback: { callback: 0, parameter: 0, kinds: ['fs-dx'] } },
  ]) {
    const found = problems(file({ name: 'a', summary: 'x', ...facet }));
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /:4:\d+: "fs-dx" is no known page kind; did you mean "fs-dax"\?$/);
  }
});

test('operands: what is wrong with them', () => {
  const on = (operand: object): string =>
    problems(file({ name: 'a', summary: 'x', effects: [{ does: 'dirty', when: 'always', on: operand }] })).join();
  assert.match(on({ at: 1.5 }), /it must be "result" or the number of an argument, from 0$/);
  assert.match(on({ at: 32 }), /"at" must be at most 31$/);
  assert.match(on({ at: 'arg0' }), /it must be "result" or the number of an argument, from 0$/);
  assert.match(on({ at: 0, through: 'field' }), /"field" goes with "through": "field", and only with it$/);
  assert.match(on({ at: 0, field: 'pfn' }), /"field" goes with/);
});

test('a kind that is answered twice', () => {
  const answers = { yes: ['buddy'], no: ['slab', 'buddy'], otherwise: 'no' };
  const [problem] = problems(file({ name: 'a', summary: 'x', predicate: { class: 'kind', of: { at: 0 }, answers } }));
  assert.match(problem ?? '', /: buddy is answered twice: "yes" and "no"$/);
});

test('overlapping ranges of a name, in one file and in two', () => {
  const old = { ...PLAIN, range: { until: '6.1' } };
  const late = { ...PLAIN, range: { since: '6.0' } };
  const text = 'acme_put has an entry for 4.20 to before 6.1 (.pageref.json:4): ranges of a name must not overlap';
  assert.deepEqual(problems(file(old, late)), [`${FILE}:5:82: ${text}`]);
  assert.deepEqual(problems(file(old), file(late)), [`1.json:4:82: ${text}`]);
  assert.deepEqual(problems(file(old), file({ ...late, range: { since: '6.1' } })), []);
});

test('a name of the model has to be overridden in words, in the releases where it is there', () => {
  const entry = { ...PLAIN, name: 'put_page' };
  assert.match(problems(file(entry)).join(), /the model knows put_page in 4\.20 to before .*; say "override": true/);
  assert.deepEqual(problems(file({ ...entry, override: true })), []);
  const early = { ...PLAIN, name: 'pin_user_pages' };
  assert.deepEqual(problems(file({ ...early, range: { until: '5.6' } })), []);
  assert.match(problems(file({ ...early, range: { until: '5.7' } })).join(), /the model knows pin_user_pages in 5\.6/);
});

test('all mistakes are told, in the order of the file, but not without end', () => {
  const many = problems(file(...Array.from({ length: 80 }, (_, at) => ({ ...PLAIN, name: `${at}` }))));
  assert.equal(many.length, 50);
  assert.deepEqual(
    many.slice(0, 2).map((line) => line.split(':')[1]),
    ['4', '5'],
  );
});

test('one mistake in one file, and no entry counts', () => {
  const { entries, files } = readUserModels([
    { shown: 'a', text: file(PLAIN) },
    { shown: 'b', text: '{' },
    { shown: 'c', why: 'no such file or folder' },
  ]);
  assert.deepEqual([entries, files], [[], []]);
});

test('nesting without end, and a byte order mark', () => {
  assert.match(problems('['.repeat(500_000)).join(), /:1:65: nested deeper than 64 levels$/);
  assert.deepEqual(problems(`\uFEFF${file(PLAIN)}`), []);
});

test('any text gives problems or entries, and never an exception', () => {
  const valid = file({ ...PLAIN, effects: [{ does: 'release', on: { at: 0 }, when: 'always' }] });
  const broken = fc
    .tuple(fc.nat(valid.length), fc.nat(8), fc.string())
    .map(([at, cut, text]) => valid.slice(0, at) + text + valid.slice(at + cut));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), broken), (text) => {
      const { entries, problems: found } = readUserModels([{ shown: FILE, text }]);
      assert.ok(found.length === 0 || entries.length === 0);
      for (const { offset, length } of userModelProblems(text))
        assert.ok(offset >= 0 && offset + length <= text.length + 1);
    }),
    { numRuns: 400 },
  );
});

test('an entry holds in its releases only, and an override in place of what was there', () => {
  const text = file(
    { ...PLAIN, range: { since: '6.1', until: '6.12' } },
    { ...PLAIN, name: 'put_page', summary: 'Ours.', override: true, range: { since: '6.12' } },
  );
  const { entries } = readUserModels([{ shown: FILE, text }]);
  const has = (release: '6.0' | '6.1' | '6.12'): boolean => resolveWith(release, entries).entries.has('acme_put');
  assert.deepEqual([has('6.0'), has('6.1'), has('6.12')], [false, true, false]);
  assert.equal(resolveWith('6.12', entries).entries.get('put_page')?.summary, 'Ours.');
  assert.deepEqual(resolveWith('6.1', entries).entries.get('put_page'), resolve('6.1').entries.get('put_page'));
  assert.equal(resolveWith('6.12', entries).entries.size, resolve('6.12').entries.size);
  assert.deepEqual(rangesOf('acme_put', entries)[0]?.evidence, [`${FILE}:4`]);
});

test('shared/schemas/pageref.schema.json is made from the schema in the program', () => {
  golden('../shared/schemas/pageref.schema.json', userModelSchema());
});

test('the published schema takes what the program takes, the whole built-in model among it', () => {
  const schema = JSON.parse(
    readFileSync(join(REPOSITORY, 'shared', 'schemas', 'pageref.schema.json'), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: false }).compile(schema);
  const model = ENTRIES.map(({ range: { since, until }, ...entry }) => ({
    ...entry,
    override: true,
    range: { since, until },
  }));
  const text = JSON.stringify({ schemaVersion: 1, model });
  assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors));
  assert.deepEqual(problems(text), []);
  for (const [, wrong] of MISTAKES.filter(([what]) =>
    /^(an unknown (key|word|release)|no name|no identifier)$/.test(what),
  ))
    assert.equal(validate(JSON.parse(wrong)), false, wrong);
});

test('the VS Code manifest ties the schema to the file, and the package brings it along', () => {
  const textOf = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');
  const { contributes } = JSON.parse(textOf('package.json')) as { contributes: { jsonValidation: unknown } };
  const url = './shared/schemas/pageref.schema.json';
  assert.deepEqual(contributes.jsonValidation, [{ fileMatch: FILE, url }]);
  assert.ok(textOf('.vscodeignore').includes('\n!shared/schemas/pageref.schema.json\n'));
});

/** Texts in which nearly every part is a mistake, as long as a file may be or a good part of that. */
const FULL_OF_MISTAKES: readonly (readonly [what: string, text: () => string])[] = [
  ['an unknown key in each entry', () => file(...many(10_000, (at) => ({ ...PLAIN, name: `a${at}`, effect: [] })))],
  ['unknown keys of one object', () => file(Object.fromEntries(many(60_000, (at) => [`key${at}`, 1])))],
  [
    'an unknown counterpart in each entry',
    () => file(...many(8000, (at) => ({ ...PLAIN, name: `p${at}`, counterparts: [`g${at}`] }))),
  ],
  ['one name over and over', () => file(...many(12_000, () => PLAIN))],
  [
    'two long names that are nearly the same',
    () => file({ ...PLAIN, name: 'a'.repeat(400_000), counterparts: [`${'a'.repeat(400_000)}b`] }),
  ],
];

function many<T>(count: number, part: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => part(at));
}

for (const [what, text] of FULL_OF_MISTAKES) {
  test(`a large file with ${what} is refused within seconds`, () => {
    const before = process.cpuUsage();
    const found = problems(text());
    const { user, system } = process.cpuUsage(before);
    assert.ok(found.length > 0 && found.length <= 50, String(found.length));
    assert.ok((user + system) / 1e6 < 15, String((user + system) / 1e6));
  });
}

test('the published schema knows every kind and release', () => {
  const text = userModelSchema();
  for (const word of [...PAGE_KINDS, ...RELEASES]) assert.ok(text.includes(`"${word}"`), word);
});

/** A folder below the temporary one, with files. */
function place(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, path, '..'), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

async function found(root: string, ...given: string[]): Promise<readonly (string | undefined)[]> {
  const { entries, problems: wrong } = await loadUserModel(root, given);
  return [...entries.map((entry) => entry.name), ...wrong];
}

const named = (name: string): string => file({ ...PLAIN, name });

test('the file of the tree, of the project around it, and none beyond', async () => {
  const outer = place('outer', {
    [FILE]: named('outer'),
    'linux/Makefile': 'VERSION = 6\nPATCHLEVEL = 12\n',
    'linux/mm/a.c': '',
    'repo/.git/HEAD': '',
    'repo/src/deep/a.c': '',
    [`repo/${FILE}`]: named('repo'),
    [`repo/src/${FILE}`]: named('src'),
    'loose/sub/a.c': '',
  });
  assert.deepEqual(await found(outer), ['outer']);
  assert.deepEqual(await found(join(outer, 'linux')), []);
  assert.deepEqual(await found(join(outer, 'linux', 'mm')), []);
  assert.deepEqual(await found(join(outer, 'repo')), ['repo']);
  assert.deepEqual(await found(join(outer, 'repo', 'src', 'deep')), ['src']);
  assert.deepEqual(await found(join(outer, 'loose', 'sub')), []);
});

test('given files are read in place of the found one, and a missing one is a mistake', async () => {
  const root = place('given', { [FILE]: named('own'), 'one.json': named('one'), 'two.json': named('two') });
  const [one, two] = [join(root, 'one.json'), join(root, 'two.json')];
  assert.deepEqual(await found(root, one, two, one), ['one', 'two']);
  assert.deepEqual(await found(root, join(root, 'none.json')), [`${join(root, 'none.json')}: no such file or folder`]);
});

test('a link that leads out of its folder is followed only when it was given; large files and folders are refused', async () => {
  const root = place('linked', {
    'tree/a.c': '',
    'elsewhere.json': named('elsewhere'),
    [`big/${FILE}`]: ' '.repeat(1024 * 1024 + 1),
  });
  const link = join(root, 'tree', FILE);
  symlinkSync(join(root, 'elsewhere.json'), link);
  assert.deepEqual(await found(join(root, 'tree')), [`${FILE}: a symbolic link leads out of the tree`]);
  assert.deepEqual(await found(join(root, 'tree'), link), ['elsewhere']);
  assert.match((await found(join(root, 'big'))).join(), /^\.pageref\.json: it has 1048577 bytes, more than 1048576$/);
  mkdirSync(join(root, 'folder', FILE), { recursive: true });
  assert.deepEqual(await found(join(root, 'folder')), [`${FILE}: it is a folder, not a file`]);
});
