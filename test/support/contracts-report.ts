import type { ContractsReport } from '@pageref/shared';
import { fullAuditReport } from './reports.js';

/** Contracts with every key. */
export function fullContractsReport(): ContractsReport {
  const { functions, files, release } = fullAuditReport().summary;
  const place = { path: 'mm/a.c', line: 7, column: 2, function: 'demo_put' };
  return {
    schemaVersion: 1,
    tool: { name: 'pageref', version: '0.1.0' },
    release: '6.12',
    root: '/work-folder/linux',
    kinds: ['buddy', 'fs-dax'],
    asked: null,
    wrappers: [
      {
        path: 'mm/a.c',
        line: 3,
        function: 'demo_is_reserved',
        static: false,
        level: 1,
        of: 'arg0',
        answers: true,
        does: 'other',
        sites: [{ ...place, role: 'release-ref' }],
      },
    ],
    contracts: [
      {
        path: 'mm/a.c',
        line: 5,
        function: 'demo_put',
        static: true,
        tells: { question: 'reserved', of: 'arg0', yes: [], no: ['buddy'], maybe: ['fs-dax'] },
        effects: [
          {
            does: 'release',
            on: 'arg0',
            unit: 'reference',
            kinds: ['buddy'],
            when: 'always',
            via: 'put_page',
            where: place,
          },
        ],
        gives: [{ result: 'the result', kinds: ['buddy'], nullable: true, same: 'arg0' }],
        needs: [{ of: 'arg0', text: 'somebody holds it' }],
        limits: ['Not all is known.'],
      },
    ],
    callers: [{ ...place, how: 'call' }],
    summary: {
      contracts: 1,
      files: 1,
      wrappers: 1,
      wrapperSites: 1,
      rounds: [{ names: 2, files: 1, learnt: 1 }],
      unfollowed: ['demo_last'],
      functions,
      read: { files: files.read, unreadable: files.unreadable },
      release,
    },
  };
}
