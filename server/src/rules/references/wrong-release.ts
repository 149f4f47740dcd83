import { WRONG_RELEASE } from '@pageref/shared';
import type { ModelEntry, OwnedUnit } from '@pageref/shared';
import type { Followed } from '../../ownership/follow.js';
import type { Event } from '../../ownership/step.js';
import type { SourceFile } from '../../contracts/source-file.js';
import type { Report, Rule, Subject } from '../rule.js';
import {
  callNameAt,
  droppersOf,
  firstOfEach,
  followFunction,
  localNamesFor,
  shortNameOf,
  takersOf,
  writtenName,
} from './followed.js';

/** A page that is given back by a call that is no counterpart of the one that took it. */
export const wrongRelease: Rule = {
  meta: WRONG_RELEASE,
  names: (world) => [...takersOf(world, 'page'), ...droppersOf(world, 'page')],
  localNames: (file, world) => localNamesFor(file, world, takersOf(world, 'page')),
  check,
};

function check({ world, file, fn }: Subject): readonly Report[] {
  if (!fn || fn.origin === 'macro') return [];
  const reports = followFunction(world, file, fn).flatMap(({ followed }) =>
    followed
      .filter(({ complete }) => complete)
      .flatMap((one) =>
        one.events
          .filter((event) => isTheirOwn(one, event, followed))
          .flatMap((event) => mismatch(file, world.model.entries.get(one.acquisition.call.name ?? ''), one, event)),
      ),
  );
  return firstOfEach(reports);
}

type Message = keyof (typeof WRONG_RELEASE)['messages'];

/** One more reference on a page that is held otherwise, too: what is given back may be the other. */
function isTheirOwn({ acquisition: { act } }: Followed, { unit }: Event, all: readonly Followed[]): boolean {
  const isOneMore = act.when === 'always' && act.on.at !== 'result';
  return !isOneMore || !all.some(({ acquisition }) => acquisition.act.unit === unit);
}

function mismatch(
  file: SourceFile,
  taker: ModelEntry | undefined,
  { acquisition, events }: Followed,
  event: Event,
): readonly Report[] {
  const { act, call } = acquisition;
  const { does, start, length, unit } = event;
  const message = does === 'drop' ? wrongUnit(act.unit, unit) : does === 'freed' ? 'unmade' : undefined;
  // Whoever was handed the page may have taken what is given back here; then somebody gives back what was taken.
  const isOther = event.state.handedTo.size > 0 && events.some((one) => one.does === 'drop' && one.unit === act.unit);
  if (message === undefined || isOther) return [];
  const by = callNameAt(file, event);
  const from = shortNameOf(file, call);
  if (taker?.counterparts?.includes(by)) return [];
  const taken = { ...file.place(call.start), text: `${writtenName(file, call)} takes it here` };
  return [{ start, length, api: by, message, values: { by, from }, related: [taken] }];
}

/** Units that count one thing: an allocated page is one reference. Of fragments the page's own count may be put as well. */
function wrongUnit(taken: OwnedUnit, given: OwnedUnit): Message | undefined {
  if (taken === given || taken === 'fragment' || given === 'fragment') return undefined;
  if (taken === 'page-pool') return 'pool';
  if (given === 'page-pool') return 'into-pool';
  if (taken === 'pin') return 'pin';
  return given === 'pin' ? 'unpin' : undefined;
}
