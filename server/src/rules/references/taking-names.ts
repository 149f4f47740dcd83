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
export function takersOf(world: Pick<RuleWorld, 'model'>, facet: Facet): string[] {
  return namesThat(world, 'take', facet);
}

/** Names whose calls give something of a facet back. */
export function droppersOf(world: Pick<RuleWorld, 'model'>, facet: Facet): string[] {
  return namesThat(world, 'drop', facet);
}

type Facet = ReturnType<typeof facetOf>;

function namesThat(world: Pick<RuleWorld, 'model'>, verb: OwnershipAct['does'], facet: Facet): string[] {
  return [...ownershipOf(world).acts]
    .filter(([, acts]) => acts.some(({ does, unit }) => does === verb && facetOf(unit) === facet))
    .map(([name]) => wordOf(name));
}
