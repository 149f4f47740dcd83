import { byPlace } from '@pageref/shared';
import type { Place, Site, WrapperCallSite } from '@pageref/shared';

/** A call site of a wrapper with the test it asks for in the end. */
export interface CallOfTest {
  readonly test: Place;
  readonly site: WrapperCallSite;
}

/** The sites with the calls that ask for them. */
export function withCalls(sites: readonly Site[], calls: readonly CallOfTest[]): Site[] {
  const byTest = new Map<string, WrapperCallSite[]>();
  for (const { test, site } of calls) {
    const known = byTest.get(placeKey(test));
    if (known) known.push(site);
    else byTest.set(placeKey(test), [site]);
  }
  return sites.map((site) => {
    const own = byTest.get(placeKey(site));
    return own ? { ...site, calls: own.toSorted(byPlace) } : site;
  });
}

function placeKey({ path, line, column }: Place): string {
  return `${path}:${line}:${column}`;
}
