import { inRange, RELEASES, NEWEST_RELEASE, parseRelease } from '@pageref/shared';
import { OWNERSHIP_ROWS } from '@pageref/shared/model';
import type { Declaration, Release, ResolvedModel } from '@pageref/shared';
import type { WritingPlace } from './request.js';

/** A name of the model that this tree has, and the header that declares it. */
export interface KnownName {
  readonly name: string;
  readonly header: string;
}

/** Undefined for a name that the tree, or where there is none the release, does not have. */
export function knownName(request: WritingPlace, name: string): KnownName | undefined {
  const { headers, model } = request;
  const declared = declaration(request, name);
  if (declared) return { name, header: declared.header };
  const evidence = headers.present ? [] : evidenceOf(model, name);
  return evidence.length > 0 ? { name, header: headerOf(evidence, model.release) } : undefined;
}

/** Where the name was seen in the releases that were read; nothing for one that the release does not have. */
function evidenceOf({ entries, release }: ResolvedModel, name: string): readonly string[] {
  const row = OWNERSHIP_ROWS.find((one) => one.name === name && inRange(one.range, release));
  return entries.get(name)?.evidence ?? row?.evidence ?? [];
}

/** Looked up in the tree, first in the headers that hold the name in the releases that were read. */
export function declaration({ headers, model }: WritingPlace, name: string): Declaration | undefined {
  const evidence = evidenceOf(model, name);
  const hints = evidence.map((item) => /:(include\/[^:]+\.h):/.exec(item)?.[1]).filter((path) => path !== undefined);
  return headers.declaring(name, [...new Set(hints)].reverse());
}

/** The header in which the evidence of the nearest release saw a name. */
function headerOf(evidence: readonly string[], release: Release): string {
  const known = RELEASES;
  const distance = (item: string): number => Math.abs(known.indexOf(releaseOf(item)) - known.indexOf(release));
  const seen = evidence.filter((item) => HEADER.test(item)).sort((a, b) => distance(a) - distance(b));
  return HEADER.exec(seen[0] ?? '')?.[1] ?? 'linux/mm.h';
}

const HEADER = /:include\/([^:]+\.h):/;

function releaseOf(item: string): Release {
  return parseRelease(item.slice(0, item.indexOf(':'))) ?? NEWEST_RELEASE;
}
