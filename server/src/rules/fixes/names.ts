import { RELEASES, NEWEST_RELEASE, parseRelease } from '@pageref/shared';
import type { Declaration, Release } from '@pageref/shared';
import type { FixRequest } from './request.js';

/** A name of the model that this tree has, and the header that declares it. */
export interface KnownName {
  readonly name: string;
  readonly header: string;
}

/** Undefined for a name that the tree, or where there is none the release, does not have. */
export function knownName(request: FixRequest, name: string): KnownName | undefined {
  const { headers, model } = request;
  const declared = declaration(request, name);
  if (declared) return { name, header: declared.header };
  const entry = headers.present ? undefined : model.entries.get(name);
  return entry && { name, header: headerOf(entry.evidence, model.release) };
}

/** Looked up in the tree, first in the headers that hold the name in the releases that were read. */
export function declaration({ headers, model }: FixRequest, name: string): Declaration | undefined {
  const evidence = model.entries.get(name)?.evidence ?? [];
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
