import { kindSet, ZONE_DEVICE } from '@pageref/shared';
import type { Effect } from '@pageref/shared';
import { isCounted } from '../reserved/consequence.js';
import type { FixRequest } from './request.js';

const ZERO = kindSet(['zero-page']);

/** What the page is and what the test decides: the facts that choose among fixes. */

export const PINNED = 'the page must be pinned';
export const ZERO_PAGE = 'the zero page is reserved and counted too, and keeps its reference';

/** True when what the page comes from has taken a reference on every device page that reaches the test. */
export function heldBySource({ file, basis }: FixRequest): boolean {
  const contract = basis.source && file.analysis.contractOf(basis.source.contract);
  return (contract?.effects ?? []).some(
    (effect) => effect.does === 'acquire' && (basis.device & ~effect.affected) === 0,
  );
}

/**
 * True when the release that is skipped for device pages is skipped for the zero page as well, on which the source has taken a
 * reference: to exempt ZONE_DEVICE alone leaves that leak behind.
 */
export function leaksZeroPage({ file, basis, model }: FixRequest): boolean {
  const contract = basis.source && file.analysis.contractOf(basis.source.contract);
  const reserved = basis.page.kinds & ZERO & file.analysis.vocabulary.reservedRow.whenTrue;
  const releases = basis.consequence.skipped.some((act) => act.kind === 'effect' && act.does === 'release');
  return (
    releases &&
    (contract?.effects ?? []).some(
      ({ does, unit, affected }) =>
        does === 'acquire' && (affected & reserved) !== 0 && (unit !== 'pin' || model.pinsZeroPage),
    )
  );
}

/** True when no other page than a device page that reaches the test can have the bit. */
export function isSameAsDeviceTest({ file, basis, model }: FixRequest, name: string): boolean {
  const device = file.analysis.contractOf(name)?.predicate;
  const any = kindSet(model.kinds.keys());
  const { kinds, cutByReservedBit } = basis.page;
  const reserved = (kinds | cutByReservedBit) & any & file.analysis.vocabulary.reservedRow.whenTrue;
  return device !== undefined && (reserved & ~(device.whenTrue & ~device.whenFalse) & ~ZONE_DEVICE) === 0;
}

/**
 * The source of the tested page stands in the function of the test and takes a reference or pin on every page it gives.
 * `unit` is undefined for a name that stands for functions of both families.
 */
export function takenHere({
  file,
  basis,
}: FixRequest): { readonly name: string; readonly unit: NonNullable<Effect['unit']> | undefined } | undefined {
  const { source, page, test } = basis;
  if (!source || source.role === 'caller' || source.path !== undefined) return undefined;
  if (source.at < test.fn.start || source.at >= test.fn.end) return undefined;
  const contract = file.analysis.contractOf(source.contract);
  const taken = (contract?.effects ?? []).filter((effect) => effect.does === 'acquire');
  if (taken.length === 0 || taken.some(({ affected }) => (page.kinds & ~affected) !== 0)) return undefined;
  const [unit, ...others] = new Set(taken.map((effect) => effect.unit ?? 'reference'));
  return { name: source.contract, unit: others.length > 0 ? undefined : unit };
}

/**
 * Pages with the bit are not to be marked dirty or accessed by anybody but their owner: that is what the bit is for, and
 * device pages are among them on purpose.
 */
export function onlyMarks({ basis }: FixRequest): boolean {
  const { skipped, added } = basis.consequence;
  const effects = skipped.filter((act) => act.kind === 'effect');
  return (
    effects.length > 0 &&
    effects.every((act) => act.does === 'dirty' || act.does === 'accessed') &&
    ![...skipped, ...added].some(isCounted)
  );
}
