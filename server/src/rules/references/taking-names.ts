import type { OwnershipAct, OwnershipModel, ResolvedModel } from '@pageref/shared';
import { facetOf, ownershipModel } from '@pageref/shared/model';
import { wordOf } from '../../ownership/calls.js';
import type { RuleWorld } from '../rule.js';

/** Names of the model whose calls take and give back. */

const MODELS = new WeakMap<ResolvedModel, OwnershipModel>();

export function ownershipOf({ model }: Pick<RuleWorld, 'model'>): OwnershipModel {
  const known = MODELS.get(model);
  if (known) return known;
  const made = ownershipModel(model.release, model.entries);
  MODELS.set(model, made);
  return made;
}

/** Names whose calls take something of a facet. */
export function takersOf(world: Pick<RuleWorld, 'model'>, facet: Facet): readonly string[] {
  return namesThat(world, 'take', facet);
}

/** Names whose calls give something of a facet back. */
export function droppersOf(world: Pick<RuleWorld, 'model'>, facet: Facet): readonly string[] {
  return namesThat(world, 'drop', facet);
}

type Facet = ReturnType<typeof facetOf>;

const NAMES = new WeakMap<OwnershipModel, Map<string, readonly string[]>>();

function namesThat(world: Pick<RuleWorld, 'model'>, verb: OwnershipAct['does'], facet: Facet): readonly string[] {
  const model = ownershipOf(world);
  const known = NAMES.get(model) ?? new Map<string, readonly string[]>();
  NAMES.set(model, known);
  const about = `${verb} ${facet}`;
  const found =
    known.get(about) ??
    [...model.acts]
      .filter(([, acts]) => acts.some(({ does, unit }) => does === verb && facetOf(unit) === facet))
      .map(([name]) => wordOf(name));
  known.set(about, found);
  return found;
}
