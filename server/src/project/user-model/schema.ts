import * as z from 'zod';
import { FAIL_ON, PAGE_KINDS, RELEASES, RULE_IDS, RULE_LEVELS } from '@pageref/shared';
import type { Effect, Operand, PerKind, RuleId, UserEntry, UserModelFile } from '@pageref/shared';
import { shown, unknownText } from './json.js';

/**
 * The one description of `.pageref.json`: types, the published JSON schema and the errors of the command line come from it.
 * `satisfies` holds it to the model's own vocabulary.
 */

/** One word of a list; the error says which is near. */
export function word<const T extends readonly string[]>(words: T, what: string): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(words, { error: ({ input }) => (input === undefined ? undefined : unknownText(input, words, what)) });
}

const name = z.string().regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/, {
  error: ({ input }) => `${shown(input)} is no C identifier`,
});
const macro = z.string().regex(/^[A-Za-z_]\w*$/, { error: ({ input }) => `${shown(input)} is no C identifier` });
const text = z.string().min(1, { error: 'it must not be empty' });
const kind = word(PAGE_KINDS, 'page kind');
const kinds = z.array(kind);
const answer = word(['yes', 'no', 'maybe'], 'answer');
const release = word(RELEASES, 'release');

const operand = z
  .strictObject({
    at: z
      .union([z.literal('result'), z.int().min(0).max(31)], {
        error: 'it must be "result" or the number of an argument, from 0',
      })
      .describe('"result", or the number of an argument, from 0'),
    through: z
      .exactOptional(word(['out', 'array', 'field'], 'way'))
      .describe(
        'out: what the argument points to; array: the entries of the list; field: a member of what it points to',
      ),
    field: z.exactOptional(name).describe('name of the member, with "through": "field"'),
  })
  .refine(({ through, field }) => (through === 'field') === (field !== undefined), {
    path: ['field'],
    error: '"field" goes with "through": "field", and only with it',
  }) satisfies z.ZodType<Operand>;

const perKind = z
  .strictObject({
    yes: z.exactOptional(kinds),
    no: z.exactOptional(kinds),
    maybe: z.exactOptional(kinds),
    otherwise: answer.describe('the answer for every kind that is not named'),
  })
  .describe('the answer for each page kind') satisfies z.ZodType<PerKind>;

const predicate = z
  .strictObject({
    class: word(['reserved', 'zone-device', 'memory-type', 'range', 'valid', 'kind'], 'class').describe(
      'the question: reserved (the bit itself), zone-device, memory-type, range (in System RAM), valid (there is a struct page), kind',
    ),
    of: operand,
    answers: perKind,
    trueWhen: z
      .exactOptional(word(['nonzero', 'zero'], 'outcome'))
      .describe('which value means yes; nonzero where it is left out'),
  })
  .describe('a yes or no about the page behind an argument');

const flagged = z.array(z.strictObject({ flag: name, kinds }));

const sourceFlags = z
  .strictObject({
    at: z.int().min(0).max(31).describe('number of the argument that holds the flags, from 0'),
    needed: flagged.describe('kinds that come only where the flag may be set'),
    refused: flagged.describe('kinds that never come where the flag is set'),
  })
  .describe('how the flags of a call (FOLL_WRITE, ...) narrow what it gives');

const source = z
  .strictObject({
    role: word(['filter', 'provenance'], 'role').describe(
      'filter: takes any pfn or pte and gives a page of some kinds only; provenance: the page comes from where there are only these kinds',
    ),
    result: operand,
    kinds: kinds.min(1, { error: 'name at least one kind' }),
    kindsSince: z.exactOptional(z.partialRecord(kind, release)).describe('kinds that come out only from a release on'),
    same: z.exactOptional(operand).describe('the argument that names the same page'),
    nullable: z.exactOptional(z.boolean()),
    flags: z.exactOptional(sourceFlags),
  })
  .describe('which kinds a result or out-parameter can be');

const conversion = z
  .strictObject({
    from: operand,
    to: operand,
    origin: z.exactOptional(word(['address', 'pte', 'none'], 'origin')),
    nonNull: z.exactOptional(z.boolean()).describe('the result is never NULL'),
  })
  .describe('the result is the same page as an argument');

const DOES = [
  'acquire',
  'release',
  'transfer',
  'set-count',
  'dirty',
  'accessed',
  'set-reserved',
  'clear-reserved',
  'free',
  'map',
  'flush',
  'pgmap-register',
] as const satisfies readonly Effect['does'][];

const effect = z
  .strictObject({
    does: word(DOES, 'effect'),
    on: operand,
    unit: z.exactOptional(word(['reference', 'pin', 'pgmap-reference'], 'unit')),
    count: z.exactOptional(text).describe('in words: "1 on head page", "arg1"'),
    kinds: z.exactOptional(perKind).describe('for which kinds it happens; for all where it is left out'),
    when: text.describe('always, or the outcome on which it happens: "ret > 0", "returns non-NULL"'),
  })
  .describe('what a call does to counts or flags of a page');

const precondition = z
  .strictObject({
    of: operand,
    needs: word(['boot-memory', 'owner-free', 'held', 'struct-page'], 'need'),
    text,
  })
  .describe('what must hold for an argument');

const callback = z
  .strictObject({ callback: z.int().min(0).max(31), parameter: z.int().min(0).max(31), kinds })
  .describe('a function pointer argument that is called with pages of known kinds');

const attribute = z
  .strictObject({
    of: operand,
    what: word(['zone', 'zone-number', 'pgmap'], 'attribute'),
    deviceConstant: z.exactOptional(name),
  })
  .describe('an attribute of a page that code compares');

const entry = z
  .strictObject({
    name: name.describe('the function or macro'),
    form: z.exactOptional(word(['function', 'static-inline', 'macro', 'callback'], 'form')),
    range: z
      .exactOptional(z.strictObject({ since: z.exactOptional(release), until: z.exactOptional(release) }))
      .describe('the releases it holds for; until is the first one without it; every release where it is left out'),
    summary: text.describe('one sentence for people'),
    evidence: z.exactOptional(z.array(text)).describe('where the fact was read'),
    override: z
      .exactOptional(z.literal(true))
      .describe('needed for a name the built-in model knows in the same releases'),
    references: z.exactOptional(word(['acquire', 'release', 'test', 'require-ref', 'none'], 'effect on references')),
    predicate: z.exactOptional(predicate),
    sources: z.exactOptional(z.array(source)),
    conversion: z.exactOptional(conversion),
    effects: z.exactOptional(z.array(effect)),
    preconditions: z.exactOptional(z.array(precondition)),
    callback: z.exactOptional(callback),
    attribute: z.exactOptional(attribute),
    counterparts: z.exactOptional(z.array(name)).describe('names that undo the effect, in the same releases'),
    replacedBy: z.exactOptional(text).describe('what to use instead'),
    zoneDevice: z.exactOptional(text).describe('what it means for ZONE_DEVICE pages, for people'),
    context: z.exactOptional(text).describe('where it may be called, for people'),
  })
  .describe('what is known of one name') satisfies z.ZodType<UserEntry>;

const place = z.string().regex(/^(?!\/)(?!.*\\)(?!(?:.*\/)?\.\.?(?:\/|$)).+$/, {
  error: ({ input }) => `${shown(input)} is no path below the root of the tree, such as "drivers/acme"`,
});
const places = z.array(place);

const level = z.exactOptional(word(RULE_LEVELS, 'level'));
const levels = Object.fromEntries(RULE_IDS.map((id) => [id, level])) as Record<RuleId, typeof level>;

export const USER_MODEL = z
  .strictObject({
    $schema: z.exactOptional(z.string()),
    schemaVersion: z.literal(1),
    model: z.exactOptional(z.array(entry)),
    defines: z
      .exactOptional(z.record(macro, z.boolean()))
      .describe(
        'macros of the build, such as HAVE_*: true for one that it defines as 1, false for one that it does not',
      ),
    rules: z
      .exactOptional(z.strictObject(levels))
      .describe('rules of pageref check: off, on, or the severity that their findings have'),
    paths: z
      .exactOptional(z.strictObject({ include: z.exactOptional(places), exclude: z.exactOptional(places) }))
      .describe('files and folders, relative to the root of the tree; only those of include, and none of exclude'),
    failOn: z
      .exactOptional(word(FAIL_ON, 'severity'))
      .describe('the least severity that makes pageref check fail; --fail-on wins'),
  })
  .meta({
    title: 'pageref configuration',
    description: 'What a project tells pageref: contracts of its functions and macros, and which findings it wants.',
  }) satisfies z.ZodType<UserModelFile>;

/** The published schema, as text. */
export function userModelSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(USER_MODEL, { target: 'draft-7' }), undefined, 2)}\n`;
}
