import { ZONE_DEVICE_KINDS } from '@pageref/shared';
import type {
  ContractAnswer,
  ContractCaller,
  ContractEffect,
  ContractGift,
  ContractsReport,
  ContractsSummary,
  FunctionContract,
  PageKind,
  WrapperContract,
} from '@pageref/shared';
import { countOf, oneLine, placeText, releaseText } from '../common.js';
import { kindGroups } from '../kind-groups.js';
import type { Paint } from '../paint.js';
import { notAnalysedLine, row, unreadLines, type TextOptions } from '../text-rows.js';

/** What was inferred, for a person: wrappers of the reserved test first, then the contracts file by file, then figures. */
export function contractsText(report: ContractsReport, options: TextOptions): string {
  const blocks = [
    ...(report.wrappers.length > 0 ? [wrappersBlock(report, options)] : []),
    ...(report.asked === null ? fileBlocks(report, options) : askedBlocks(report, options)),
    summaryBlock(report, options),
  ];
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}

function wrappersBlock({ wrappers }: ContractsReport, { paint }: TextOptions): string[] {
  const sites = wrappers.reduce((sum, wrapper) => sum + wrapper.sites.length, 0);
  const title = `wrappers of the reserved test: ${countOf(wrappers.length, 'function')}, ${countOf(sites, 'call site')}`;
  return [paint('bold', title), ...wrappers.flatMap(wrapperLines)];
}

function wrapperLines(wrapper: WrapperContract): string[] {
  const { path, line, function: name, of, answers, does, level, sites } = wrapper;
  const says = answers ? `its answer depends on the bit${of === null ? '' : ` of ${of}`}` : `acts on ${of ?? 'a page'}`;
  const acts = does === 'other' ? '' : `; ${does} on one answer only`;
  const depth = level === 1 ? '' : `; ${level - 1} ${level === 2 ? 'call' : 'calls'} above the test`;
  return [
    `${oneLine(`${path}:${line}`)}: ${oneLine(name)}: ${says}${acts}${depth}${localText(wrapper)}`,
    ...sites.map((site) => `    ${placeText(site)}: ${oneLine(site.function)}: ${site.role}`),
  ];
}

function localText({ static: local }: { readonly static: boolean }): string {
  return local ? ' (static)' : '';
}

function fileBlocks({ contracts, kinds }: ContractsReport, { verbose, paint }: TextOptions): string[][] {
  const byFile = new Map<string, FunctionContract[]>();
  for (const one of contracts) byFile.set(one.path, [...(byFile.get(one.path) ?? []), one]);
  return [...byFile].map(([path, own]) => [
    paint('bold', `${oneLine(path)}: ${countOf(own.length, 'contract')}`),
    ...own.flatMap((one) => (verbose ? contractLines(one, kinds, paint) : [contractLine(one, kinds)])),
  ]);
}

function headOf({ path, line, function: name, ...rest }: FunctionContract): string {
  return `${oneLine(`${path}:${line}`)}: ${oneLine(name)}${localText(rest)}`;
}

/** One line: what it tells and does, the surest first, and whether something is missing. */
function contractLine(one: FunctionContract, kinds: readonly PageKind[]): string {
  const parts = [
    ...(one.tells ? [`tells ${one.tells.question} of ${one.tells.of} (${deviceAnswer(one.tells)})`] : []),
    ...new Set(one.effects.map((effect) => effectHead(effect, kinds))),
    ...(one.limits.length > 0 ? ['not all is known (--verbose)'] : []),
  ];
  return `${headOf(one)}: ${parts.join('; ')}`;
}

function effectHead({ does, unit, on, kinds: affected }: ContractEffect, kinds: readonly PageKind[]): string {
  const what = unit === null || unit === 'reference' ? does : `${does} ${unit}`;
  return `${what} ${on} (${kindGroups(affected, kinds)})`;
}

/** What it answers for device pages, which is what people look for first. */
function deviceAnswer(tells: ContractAnswer): string {
  const answers = (['yes', 'no', 'maybe'] as const).flatMap((answer) => {
    const device = ZONE_DEVICE_KINDS.filter((kind) => tells[answer].includes(kind));
    return device.length > 0 ? [{ answer, device }] : [];
  });
  const [only] = answers;
  if (answers.length === 1 && only) return `ZONE_DEVICE: ${only.answer}`;
  const parts = answers.map(({ answer, device }) => `${answer} for ${device.join(', ')}`);
  return parts.length > 0 ? `ZONE_DEVICE: ${parts.join('; ')}` : 'no ZONE_DEVICE kind gets there';
}

/** Every row of a contract, with what it was derived from. */
function contractLines(one: FunctionContract, kinds: readonly PageKind[], paint: Paint): string[] {
  const { tells, effects, gives, needs, limits } = one;
  const answers = (['yes', 'no', 'maybe'] as const).flatMap((answer) =>
    tells && tells[answer].length > 0 ? [detail(answer, kindGroups(tells[answer], kinds))] : [],
  );
  const rows = [
    ...(tells ? [detail('tells', `${tells.question}, of ${tells.of}`), ...answers] : []),
    ...effects.flatMap((effect) => effectLines(effect, kinds)),
    ...gives.map((gift) => detail('gives', giftText(gift, kinds))),
    ...needs.map(({ of, text }) => detail('needs', `${of}: ${text}`)),
  ];
  return [
    headOf(one),
    ...(rows.length > 0 ? rows : [detail('', 'nothing that it does with pages was found in its code')]),
    ...limits.map((text) => detail(paint('yellow', 'unknown'.padEnd(LABEL)), text)),
  ];
}

const LABEL = 8;

function detail(label: string, text: string): string {
  return `    ${label.padEnd(LABEL)} ${oneLine(text)}`.trimEnd();
}

function effectLines({ does, unit, on, kinds, when, via, where }: ContractEffect, any: readonly PageKind[]): string[] {
  const what = `${does}${unit === null ? '' : ` (${unit})`} on ${on}${via === null ? '' : ` by ${via}()`}, ${when}`;
  const lines = [detail('effect', what), detail('', `for ${kindGroups(kinds, any)}`)];
  if (where) lines.push(detail('', `depends on the kind at ${placeText(where)} in ${where.function}()`));
  return lines;
}

function giftText({ result, kinds, nullable, same }: ContractGift, any: readonly PageKind[]): string {
  const page = same === null ? '' : `the page of ${same}, `;
  return `${result} is ${page}${kindGroups(kinds, any)}${nullable ? ', or nothing' : ''}`;
}

function askedBlocks({ contracts, callers, kinds }: ContractsReport, { paint }: TextOptions): string[][] {
  const title = `uses in code: ${callers.length}`;
  return [
    ...contracts.map((one) => contractLines(one, kinds, paint)),
    [paint('bold', title), ...callers.map(callerLine)],
  ];
}

function callerLine({ how, ...place }: ContractCaller): string {
  const note = how === 'call' ? '' : ': handed over, not called: who calls it through there is unknown';
  return `${placeText(place)}: ${oneLine(place.function)}${note}`;
}

function summaryBlock({ root, summary, asked }: ContractsReport, { verbose, paint }: TextOptions): string[] {
  const { functions, read } = summary;
  return [
    paint('bold', `summary of ${oneLine(root)}`),
    row('release', releaseText(summary.release)),
    row('contracts', `${summary.contracts} in ${countOf(summary.files, 'file')}`),
    row('wrappers', `${summary.wrappers}, ${countOf(summary.wrapperSites, 'call site')}`),
    ...roundRows(summary),
    row('functions looked at', `${functions.mentioning}, ${functions.notAnalysed.length} of them not analysed`),
    row('files read', `${read.files}, ${read.unreadable.length} unreadable`),
    ...(verbose ? functions.notAnalysed.map(notAnalysedLine) : []),
    ...unreadLines(read.unreadable, verbose ? 'all' : 'some'),
    ...(asked === null ? [FOLLOWED] : [FOLLOWED_ASKED]),
  ];
}

function roundRows({ rounds, unfollowed }: ContractsSummary): string[] {
  const lines = rounds.map(({ names, files, learnt }, at) =>
    row(`  round ${at + 1}`, `${countOf(names, 'name')} in ${countOf(files, 'file')}, ${learnt} learnt`),
  );
  const end = unfollowed.length === 0 ? 'nothing new came out of the last' : `not followed: ${unfollowed.join(', ')}`;
  return [row('rounds', `${rounds.length}; ${end}`), ...lines];
}

const FOLLOWED =
  'Followed over the whole tree are names that tell kinds of page apart. What takes or drops references whatever the page is\nis read where one of those calls it.';
const FOLLOWED_ASKED = `${FOLLOWED} Read on demand: its own code and what that calls in its file.`;
