import { inRange } from '../src/index.js';
import type { ParameterRole, Release, ReleaseRange, Signatures } from '../src/index.js';

/** What the parameters of a name are in a range of releases. */
export interface SignatureRow {
  readonly name: string;
  readonly parameters: readonly ParameterRole[];
  readonly range: ReleaseRange;
  readonly evidence: readonly string[];
}

const roles = (list: string): readonly ParameterRole[] => list.split(' ') as ParameterRole[];

/**
 * Names whose parameters changed, also before the oldest release of the model: code for several releases still has the
 * old calls. Oldest first.
 */
export const SIGNATURES: readonly SignatureRow[] = [
  {
    name: 'get_user_pages',
    parameters: roles('task mm start nr write force pages vmas'),
    range: { since: '2.6', until: '4.6' },
    evidence: ['commit:1e9877902dc7'],
  },
  {
    name: 'get_user_pages',
    parameters: roles('start nr write force pages vmas'),
    range: { since: '4.6', until: '4.9' },
    evidence: ['commit:c12d2da56d0e', 'commit:768ae309a961'],
  },
  {
    name: 'get_user_pages',
    parameters: roles('start nr flags pages vmas'),
    range: { since: '4.9', until: '6.5' },
    evidence: ['4.20:mm/gup.c:1119#get_user_pages', '6.1:mm/gup.c:2327#get_user_pages', 'commit:54d020692b34'],
  },
  {
    name: 'get_user_pages',
    parameters: roles('start nr flags pages'),
    range: { since: '6.5' },
    evidence: ['6.12:mm/gup.c:2739#get_user_pages'],
  },
  {
    name: 'get_user_pages_remote',
    parameters: roles('task mm start nr write force pages vmas'),
    range: { since: '4.6', until: '4.9' },
    evidence: ['commit:1e9877902dc7', 'commit:9beae1ea8930'],
  },
  {
    name: 'get_user_pages_remote',
    parameters: roles('task mm start nr flags pages vmas'),
    range: { since: '4.9', until: '4.10' },
    evidence: ['commit:9beae1ea8930', 'commit:5b56d49fc31d'],
  },
  {
    name: 'get_user_pages_remote',
    parameters: roles('task mm start nr flags pages vmas locked'),
    range: { since: '4.10', until: '5.9' },
    evidence: ['4.20:mm/gup.c:1101#get_user_pages_remote', '5.4:mm/gup.c:1149#get_user_pages_remote'],
  },
  {
    name: 'get_user_pages_remote',
    parameters: roles('mm start nr flags pages vmas locked'),
    range: { since: '5.9', until: '6.5' },
    evidence: ['commit:64019a2e467a', '6.1:mm/gup.c:2280#get_user_pages_remote'],
  },
  {
    name: 'get_user_pages_remote',
    parameters: roles('mm start nr flags pages locked'),
    range: { since: '6.5' },
    evidence: ['6.12:mm/gup.c:2698#get_user_pages_remote'],
  },
  {
    name: 'get_user_pages_unlocked',
    parameters: roles('task mm start nr write force pages'),
    range: { since: '4.0', until: '4.6' },
    evidence: ['commit:c12d2da56d0e'],
  },
  {
    name: 'get_user_pages_unlocked',
    parameters: roles('start nr write force pages'),
    range: { since: '4.6', until: '4.9' },
    evidence: ['commit:c12d2da56d0e', 'commit:c164154f66f0'],
  },
  {
    name: 'get_user_pages_unlocked',
    parameters: roles('start nr pages flags'),
    range: { since: '4.9' },
    evidence: ['4.20:mm/gup.c:1029#get_user_pages_unlocked', '6.12:mm/gup.c:2767#get_user_pages_unlocked'],
  },
  {
    name: 'get_user_pages_locked',
    parameters: roles('task mm start nr write force pages locked'),
    range: { since: '4.0', until: '4.6' },
    evidence: ['commit:c12d2da56d0e'],
  },
  {
    name: 'get_user_pages_locked',
    parameters: roles('start nr write force pages locked'),
    range: { since: '4.6', until: '4.9' },
    evidence: ['commit:c12d2da56d0e', 'commit:3b913179c3fa'],
  },
  {
    name: 'get_user_pages_locked',
    parameters: roles('start nr flags pages locked'),
    range: { since: '4.9', until: '6.1', untilAfter: '5.4' },
    evidence: ['4.20:mm/gup.c:1004#get_user_pages_locked', '5.4:mm/gup.c:1637#get_user_pages_locked'],
  },
  {
    name: 'pin_user_pages',
    parameters: roles('start nr flags pages vmas'),
    range: { since: '5.6', until: '6.5' },
    evidence: ['6.1:mm/gup.c:3304#pin_user_pages', 'commit:4c630f307455'],
  },
  {
    name: 'pin_user_pages',
    parameters: roles('start nr flags pages'),
    range: { since: '6.5' },
    evidence: ['6.12:mm/gup.c:3640#pin_user_pages'],
  },
  {
    name: 'pin_user_pages_remote',
    parameters: roles('task mm start nr flags pages vmas locked'),
    range: { since: '5.6', until: '5.9' },
    evidence: ['commit:64019a2e467a'],
  },
  {
    name: 'pin_user_pages_remote',
    parameters: roles('mm start nr flags pages vmas locked'),
    range: { since: '5.9', until: '6.5' },
    evidence: ['6.1:mm/gup.c:3266#pin_user_pages_remote'],
  },
  {
    name: 'pin_user_pages_remote',
    parameters: roles('mm start nr flags pages locked'),
    range: { since: '6.5' },
    evidence: ['6.12:mm/gup.c:3606#pin_user_pages_remote'],
  },
  {
    name: 'vmf_insert_pfn_pmd',
    parameters: roles('vma start entry pfn write'),
    range: { since: '4.20', until: '5.4', untilAfter: '4.20' },
    evidence: ['4.20:mm/huge_memory.c:764#vmf_insert_pfn_pmd'],
  },
  {
    name: 'vmf_insert_pfn_pmd',
    parameters: roles('vmf pfn write'),
    range: { since: '5.4', sinceAfter: '4.20' },
    evidence: ['5.4:mm/huge_memory.c:814#vmf_insert_pfn_pmd', '6.12:mm/huge_memory.c:1448#vmf_insert_pfn_pmd'],
  },
];

/** The signatures of names of a release beside those that the same names have elsewhere. */
export function signaturesOf(release: Release, names: ReadonlySet<string>): ReadonlyMap<string, Signatures> {
  const found = new Map<string, Signatures>();
  for (const { name, parameters, range } of SIGNATURES) {
    if (!inRange(range, release) || !names.has(name)) continue;
    const others = SIGNATURES.filter((row) => row.name === name && row.parameters !== parameters);
    found.set(name, { own: parameters, others: others.map((row) => row.parameters) });
  }
  return found;
}
