import type { FixId, TextEdit } from '@pageref/shared';
import { includeEdits } from './includes.js';
import { pairEdit } from './layout.js';
import type { Pair } from './layout.js';
import { deviceTest } from './operand.js';
import type { DeviceTest, PageOperand } from './operand.js';
import type { Candidate, FixRequest } from './request.js';
import type { Slot } from './slot.js';
import { PINNED, ZERO_PAGE, heldBySource, isSameAsDeviceTest, leaksZeroPage } from './situation.js';

/** Fixes that change the condition itself. */
export function conditionFixes(request: FixRequest, slot: Slot, page: PageOperand): Candidate[] {
  const device = deviceTest(request, page);
  if (!device) return [];
  const { impact } = request.basis.consequence;
  if (isSameAsDeviceTest(request, device.name)) {
    // Where the bit only ever means ZONE_DEVICE, exempting that leaves nothing to ask.
    return impact === 'wrong-today' ? [] : [replaced(request, slot, device)];
  }
  const exempted = exempt(request, slot, device);
  return impact === 'wrong-today' ? [exempted] : [named(request, slot, device), exempted];
}

/** `PageReserved(page)` becomes `PageReserved(page) && !is_zone_device_page(page)`: device pages take the other side. */
function exempt(request: FixRequest, slot: Slot, device: DeviceTest): Candidate {
  const test = testText(request, slot);
  const pair: Pair = slot.negated
    ? { first: `!${test.negatable}`, operator: '||', second: device.text }
    : { first: test.plain, operator: '&&', second: `!${device.text}` };
  const wrong = request.basis.consequence.impact === 'wrong-today';
  const held = heldBySource(request);
  const leaksZero = wrong && leaksZeroPage(request);
  const precondition = [
    ...(wrong ? [] : ['ZONE_DEVICE pages are to be treated like RAM here']),
    ...(held ? [] : [PINNED]),
    ...(leaksZero ? [ZERO_PAGE] : []),
  ].join(', and ');
  return candidate(request, device, {
    id: 'exempt-zone-device',
    title: `Exempt ZONE_DEVICE pages with !${device.name}()`,
    safe: wrong && held && !leaksZero,
    precondition,
    edit: pairEdit(request, slot, pair),
  });
}

/** `PageReserved(page)` becomes `is_zone_device_page(page) || PageReserved(page)`: what happens today, said aloud. */
function named(request: FixRequest, slot: Slot, device: DeviceTest): Candidate {
  const test = testText(request, slot);
  const pair: Pair = slot.negated
    ? { first: `!${device.text}`, operator: '&&', second: `!${test.negatable}` }
    : { first: device.text, operator: '||', second: test.plain };
  return candidate(request, device, {
    id: 'name-zone-device',
    title: `Keep what happens to ZONE_DEVICE pages, and say so with ${device.name}()`,
    safe: true,
    precondition: '',
    edit: pairEdit(request, slot, pair),
  });
}

/** The bit can only mean ZONE_DEVICE here, so that the question can be asked as such. */
function replaced(request: FixRequest, slot: Slot, device: DeviceTest): Candidate {
  const { start, end } = slot.test;
  const { form } = request.mention;
  return candidate(request, device, {
    id: 'zone-device-test',
    title: `Ask for ZONE_DEVICE itself: ${device.name}() instead of ${form === 'raw-bit' ? 'the bit' : `${form}()`}`,
    safe: true,
    precondition: '',
    edit: { start, end, text: device.text },
  });
}

/** The test's own text, alone and as what a `!` can stand in front of. */
function testText({ file }: FixRequest, { test }: Slot): { readonly plain: string; readonly negatable: string } {
  const text = file.text.slice(test.start, test.end);
  if (test.op === 'call') return { plain: text, negatable: text };
  return { plain: `(${text})`, negatable: `(${text})` };
}

interface Parts {
  readonly id: FixId;
  readonly title: string;
  readonly safe: boolean;
  readonly precondition: string;
  readonly edit: TextEdit;
}

function candidate(request: FixRequest, device: DeviceTest, parts: Parts): Candidate {
  const { edits, includes } = includeEdits(request, [device], [parts.edit]);
  return {
    id: parts.id,
    title: parts.safe ? parts.title : `${parts.title} (${parts.precondition})`,
    kind: parts.safe ? 'safe' : 'needs-look',
    precondition: parts.precondition,
    edits,
    includes,
  };
}
