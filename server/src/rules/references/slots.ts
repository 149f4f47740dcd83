import type { SourceFile } from '../../contracts/source-file.js';
import type { Prepared } from '../../ownership/prepared.js';
import { slotFaultsOf } from '../../slots/judge.js';
import type { LeftInSlot, SlotFaults, WrongSlotPut } from '../../slots/judge.js';
import type { FunctionIr } from '../../syntax/index.js';
import type { Report, RuleWorld, Subject } from '../rule.js';
import { preparedReadings } from './file-knowledge.js';
import { callNameAt, shortNameOf } from './reports.js';
import { placeOf } from '../step-places.js';
import { takenPlace } from './steps.js';

const NOTHING: SlotFaults = { faults: [], complete: true };
const KNOWN = new WeakMap<FunctionIr, () => SlotFaults>();

/** A function as the rules about tables are asked about it. */
export type Asked = Pick<Subject, 'world' | 'file' | 'fn' | 'giveUp'>;

/** Pages of a call that stay in the slots of a table; `short` tells those of a call that got fewer than it was asked for. */
export function leftInSlots(subject: Asked, short: boolean): readonly LeftInSlot[] {
  return slotFaults(subject).flatMap((fault) => (fault.does === 'left' && fault.short === short ? [fault] : []));
}

/** The report of pages that stay in their slots. */
export function reportLeft(file: SourceFile, { start, length, taken }: LeftInSlot, message: string): Report {
  const by = shortNameOf(file, taken);
  const related = [takenPlace(file, taken, 'taken-them')];
  const steps = [...related, placeOf(file, start, 'left-them')];
  return { start, length, api: by, message, values: { by }, related, steps };
}

/** Give-backs of slots that hold no page which the function owes. */
export function wrongSlotPuts(subject: Subject): readonly Report[] {
  const wrong = slotFaults(subject).flatMap((fault): WrongSlotPut[] => (fault.does === 'left' ? [] : [fault]));
  return wrong.map(({ does, start, length }) => {
    const by = callNameAt(subject.file, { start, length });
    return { start, length, api: by, message: does, values: { by } };
  });
}

/** What is wrong with the pages that a function keeps in tables; nothing is said of one that has several readings. */
function slotFaults({ world, file, fn, giveUp }: Asked): SlotFaults['faults'] {
  if (!fn || fn.origin === 'macro') return [];
  const known = KNOWN.get(fn) ?? file.noted(() => run(world, file, fn));
  KNOWN.set(fn, known);
  const { faults, complete } = known();
  if (!complete) giveUp();
  return faults;
}

function run(world: RuleWorld, file: SourceFile, fn: FunctionIr): SlotFaults {
  const [prepared, ...others] = preparedReadings(world, file, fn);
  if (!prepared || others.length > 0) return NOTHING;
  return slotFaultsOf(prepared, (name) => calleeIn(world, file, name));
}

/** A function of the file that has one reading, prepared. */
export function calleeIn(world: RuleWorld, file: SourceFile, name: string): Prepared | undefined {
  const [fn, ...more] = file.table.find(name);
  if (!fn || fn.origin === 'macro' || more.length > 0) return undefined;
  const [prepared, ...others] = preparedReadings(world, file, fn);
  return others.length > 0 ? undefined : prepared;
}
