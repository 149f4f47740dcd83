import { TOOL_VERSION } from '@pageref/shared';
import type { ModelEntry } from '@pageref/shared';
import type { ApiDescription } from '../../runs/api/describe.js';
import { stringify } from '../json-parts.js';

/** The contract of docs/json.md for `api`. */
export function apiJson({ name, release, entries, ranges }: ApiDescription): string {
  return stringify({
    schemaVersion: 1,
    tool: { name: 'pageref', version: TOOL_VERSION },
    name,
    release: release ?? null,
    entries: entries.map(entryJson),
    ranges: ranges.map(entryJson),
  });
}

/** Keys in the order of `.pageref.json`, whose vocabulary this is; what an entry does not say is left out. */
function entryJson(entry: ModelEntry): ModelEntry {
  const { name, form, range, summary, evidence, references, predicate, sources, conversion, effects, ...rest } = entry;
  const { preconditions, callback, attribute, counterparts, replacedBy, zoneDevice, context } = rest;
  return {
    name,
    form,
    range,
    summary,
    evidence,
    ...(references && { references }),
    ...(predicate && { predicate }),
    ...(sources && { sources }),
    ...(conversion && { conversion }),
    ...(effects && { effects }),
    ...(preconditions && { preconditions }),
    ...(callback && { callback }),
    ...(attribute && { attribute }),
    ...(counterparts && { counterparts }),
    ...(replacedBy !== undefined && { replacedBy }),
    ...(zoneDevice !== undefined && { zoneDevice }),
    ...(context !== undefined && { context }),
  };
}
