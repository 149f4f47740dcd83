import { facetOf } from '@pageref/shared/model';
import type { Operand } from '@pageref/shared';
import type { Cfg } from '../flow/cfg/cfg.js';
import type { TypeName } from '../syntax/ir.js';
import { actsOfCall, operandPath } from './calls.js';
import { assignmentOf, callsOf } from './nodes.js';
import type { Prepared } from './prepared.js';
import { pathOf, rootOf } from './paths.js';
import type { Path } from './paths.js';

/** A place that a parameter leads to, as an operand of the function's calls. */
export interface Inside {
  readonly path: Path;
  readonly on: Operand;
  readonly facets: ReadonlySet<ReturnType<typeof facetOf>>;
}

/** A place that the function has found inside of a parameter, and that its callers have no name for. */
const UNNAMED = '?';

/** The places inside of parameters that the function's calls give back; undefined where one of them can't be said to its callers. */
export function insidesDropped({ fn, cfg, knowledge }: Prepared): readonly Inside[] | undefined {
  const found = new Map<Path, Inside>();
  const params = new Map(fn.params.map(({ name }, at) => [name, at]));
  for (const call of cfg.nodes.flatMap(callsOf)) {
    for (const act of actsOfCall(call, knowledge) ?? []) {
      const dropped = act.does === 'drop' ? operandPath(call, act.on, knowledge) : undefined;
      const path = dropped === undefined ? undefined : insideOf(cfg, params, dropped);
      if (path === undefined) continue;
      const param = rootOf(path);
      const at = params.get(param) ?? -1;
      const on = operandInside(path, param, at);
      // Which pages of a table of others the caller has put there is not followed.
      if (path === `${param}[]` && isPage(fn.params[at]?.type)) continue;
      if (!on) return undefined;
      const facets = new Set([...(found.get(path)?.facets ?? []), facetOf(act.unit)]);
      found.set(path, { path, on, facets });
    }
  }
  return [...found.values()];
}

/** The place inside of a parameter that a path names by itself or by a variable that was copied from there; undefined for all others. */
function insideOf(cfg: Cfg, params: ReadonlyMap<string, number>, dropped: Path, depth = 0): Path | undefined {
  const root = rootOf(dropped);
  if (params.has(root)) return dropped === root || dropped === `&${root}` ? undefined : dropped;
  if (depth > MAX_COPIES) return undefined;
  const values = cfg.nodes.flatMap((node) => {
    const given = assignmentOf(node);
    return given?.target === root ? [pathOf(given.value) ?? ''] : [];
  });
  const insides = values.flatMap((value) => insideOf(cfg, params, value, depth + 1) ?? []);
  const [inside = UNNAMED] = insides;
  if (insides.length === 0) return undefined;
  const isPlain = values.length === 1 && dropped.startsWith(root) && !inside.includes('[');
  return isPlain ? inside.replace(/^&/, '') + dropped.slice(root.length) : UNNAMED;
}

/** Copies of copies that are looked through. */
const MAX_COPIES = 2;

/** `*pagep` and `ctx->page` of a parameter, and the elements of tables there; undefined for places that are reached in another way. */
function operandInside(path: Path, param: Path, at: number): Operand | undefined {
  const whole = path.replace(/\[\]$/, '');
  if (whole === `*${param}`) return { at, through: 'out' };
  const field = whole.startsWith(`${param}.`) ? whole.slice(param.length + 1) : undefined;
  return field === undefined || /[*&[?]/.test(field) ? undefined : { at, through: 'field', field };
}

/** A page, or an array of pages: what is given back there is what was handed in. */
function isPage(type: TypeName | undefined): boolean {
  return type !== undefined && /\b(page|folio)$/.test(type.base);
}
